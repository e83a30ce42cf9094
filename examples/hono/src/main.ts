import { serve } from '@hono/node-server';
import { openApi, tokenFromEnvironment } from '@remit-example/node-http';
import { mount } from './mount.js';

const app = mount(await openApi(tokenFromEnvironment()));
serve({ fetch: app.fetch, port: Number(process.env['PORT'] ?? 3000), hostname: '127.0.0.1' }, (at) => console.log(at));
