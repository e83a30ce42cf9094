import { mount } from './mount.js';
import { openApi, tokenFromEnvironment } from './openApi.js';

const server = mount(await openApi(tokenFromEnvironment()));
server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => console.log(server.address()));
