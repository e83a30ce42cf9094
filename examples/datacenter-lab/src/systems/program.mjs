// What every program of the lab has in common. Plain JavaScript without dependencies: a child has to be up in some
// 50 ms, and a TypeScript loader alone costs four times that.

/**
 * @typedef {object} ProgramSettings
 * @property {string} name
 * @property {string} folder the system's own folder
 * @property {string} token what the management routes ask for
 * @property {number} port the port it had before, 0 on the first start
 * @property {number} managementPort likewise
 * @property {number} echoPort where interfaces forward to
 */

/** @type {ProgramSettings} */
export const settings = JSON.parse(process.env['LAB_CHILD'] ?? '{}');

// A child must never outlive its lab: the channel closes even when the lab is killed with SIGKILL.
if (!process.connected) process.exit(1);
process.on('disconnect', () => process.exit(0));

/**
 * Listens on `wanted`, or on any free port when that is 0 or somebody else took it meanwhile.
 * @param {import('node:net').Server} server
 * @param {number} wanted
 * @returns {Promise<number>} the port
 */
export function listen(server, wanted) {
  return new Promise((resolve, reject) => {
    const fail = (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE' && wanted !== 0) listen(server, 0).then(resolve, reject);
      else reject(error);
    };
    server.once('error', fail);
    server.listen({ host: '127.0.0.1', port: wanted, backlog: 511 }, () => {
      server.off('error', fail);
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : 0);
    });
  });
}

/**
 * Tells the supervisor where this program listens. Sent again whenever that changes.
 * @param {{ port: number, managementPort?: number }} ports
 */
export function report(ports) {
  process.send?.({ managementPort: 0, ...ports });
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<Buffer>}
 */
export async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {unknown} body
 */
export function answer(response, status, body) {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body));
}

/**
 * Management routes are not for users: without the lab's token the answer is 401.
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
export function mayManage(request, response) {
  if (request.headers.authorization === `Bearer ${settings.token}`) return true;
  answer(response, 401, { error: 'the management routes need the token of the lab' });
  return false;
}
