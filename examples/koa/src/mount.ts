import { toNodeListener } from '@remit/http';
import type { Api } from '@remit-example/node-http';
import Koa from 'koa';

/** What lies under the path is answered on the bare request and response; Koa keeps out of it. */
export function mount(api: Api): Koa {
  const app = new Koa();
  const listener = toNodeListener(api);
  app.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/itsm/')) return next();
    ctx.respond = false;
    await listener(ctx.req, ctx.res);
  });
  app.use(async (ctx) => {
    if (ctx.path !== '/echo') return;
    const chunks: Buffer[] = [];
    for await (const chunk of ctx.req) chunks.push(chunk);
    ctx.body = JSON.parse(Buffer.concat(chunks).toString());
  });
  return app;
}
