export {
  fromClient2,
  type McpClient,
  type McpClient2,
  type McpClientOptions,
  type McpToolCall,
} from './clientConnection.js';
export { type McpConnectionState, type McpExecutor, mcpExecutor } from './mcpExecutor.js';
export type { HttpServer, InjectedServer, McpExecutorOptions, McpServerOptions, StdioServer } from './options.js';
