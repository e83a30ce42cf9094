import type { IncomingMessage } from 'node:http';
import { toNodeListener } from '@remit/http';
import type { Api } from '@remit-example/node-http';
import express, { type Express } from 'express';

/** Where a parser must stay in front, it keeps the bytes: a signature covers them, and nothing that was made of them. */
export function mountBehindParsers(api: Api): Express {
  const app = express();
  const verify = (req: IncomingMessage, _res: unknown, bytes: Buffer): void =>
    void Object.assign(req, { rawBody: bytes });
  app.use(express.json({ limit: '1mb', verify }));
  app.use(express.urlencoded());
  app.use('/itsm', toNodeListener(api));
  app.post('/echo', (req, res) => void res.json(req.body));
  return app;
}
