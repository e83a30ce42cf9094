import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { recordEffects } from './effects.js';
import { connectLab } from './labClient.js';
import { registerReadTools } from './readTools.js';
import { registerWriteTools } from './writeTools.js';

const lab = connectLab(process.env);
const effects = recordEffects(lab.folder);
const server = new McpServer({ name: 'datacenter-lab', version: '0.0.0' });
registerReadTools(server, lab);
registerWriteTools(server, lab, effects);

// The client is gone. What it asked for is brought to its end and put on record, so that nobody has to guess later.
process.stdin.once('close', () => {
  effects.settle().finally(() => process.exit(0));
});
process.stdout.on('error', () => undefined);

await server.connect(new StdioServerTransport());
