import { openApi, tokenFromEnvironment } from '@remit-example/node-http';
import { mount } from './mount.js';

const app = mount(await openApi(tokenFromEnvironment()));
const server = app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => console.log(server.address()));
