// The endpoint behind the interfaces: what comes in goes back.
import { createServer } from 'node:net';
import { listen, report, settings } from './program.mjs';

const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
report({ port: await listen(server, settings.port) });
