import { toNodeListener } from '@remit/http';
import type { Api } from '@remit-example/node-http';
import fastify, { type FastifyInstance } from 'fastify';

/** In a scope of its own nothing reads the body before Remit does; the rest of the application parses as ever. */
export function mount(api: Api): FastifyInstance {
  const app = fastify();
  const listener = toNodeListener(api);
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.all('/itsm/*', (request, reply) => {
      reply.hijack();
      return listener(request.raw, reply.raw);
    });
  });
  app.post('/echo', async (request) => request.body);
  return app;
}
