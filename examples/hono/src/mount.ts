import type { Api } from '@remit-example/node-http';
import { Hono } from 'hono';

/** Hono speaks Request and Response itself: no bridge is needed. */
export function mount(api: Api): Hono {
  const app = new Hono();
  app.all('/itsm/*', (c) => api(c.req.raw));
  app.post('/echo', async (c) => c.json(await c.req.json()));
  return app;
}
