// Started by a test and killed hard: its child must not outlive it. argv[2]: the journal of the child.
import { mcpExecutor } from '../src/index.js';
import { calm, PROGRAM } from './hostile.js';

const executor = mcpExecutor({ servers: { h: { command: process.execPath, args: [PROGRAM, process.argv[2] ?? ''] } } });
await executor.catalogue({ signal: calm });
console.log('ready');
setInterval(() => {}, 1000);
