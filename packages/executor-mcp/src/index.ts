export type { McpClient, McpClientOptions, McpToolCall } from './clientConnection.js';
export { type McpConnectionState, type McpExecutor, mcpExecutor } from './mcpExecutor.js';
export type { InjectedServer, McpExecutorOptions, McpServerOptions, StdioServer } from './options.js';
