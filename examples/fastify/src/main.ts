import { openApi, tokenFromEnvironment } from '@remit-example/node-http';
import { mount } from './mount.js';

const app = mount(await openApi(tokenFromEnvironment()));
console.log(await app.listen({ port: Number(process.env['PORT'] ?? 3000), host: '127.0.0.1' }));
