export { draftCatalogue } from './catalogueFile/draftCatalogue.js';
export { loadCatalogue } from './catalogueFile/loadCatalogue.js';
export { PRESETS, type Preset } from './catalogueFile/presets.js';
export { type ActionInFile, catalogueJsonSchema, PRESET_NAMES } from './catalogueFile/schema.js';
export {
  fromClient2,
  type McpClient,
  type McpClient2,
  type McpClientOptions,
  type McpToolCall,
} from './clientConnection.js';
export { type McpConnectionState, type McpExecutor, mcpExecutor } from './mcpExecutor.js';
export type { HttpServer, InjectedServer, McpExecutorOptions, McpServerOptions, StdioServer } from './options.js';
