import { toNodeListener } from '@remit/http';
import type { Api } from '@remit-example/node-http';
import express, { type Express } from 'express';

/** The API first, then the body parsers: Remit reads the bytes itself, as far as its own limits go. */
export function mount(api: Api): Express {
  const app = express();
  app.use('/itsm', toNodeListener(api));
  app.use(express.json());
  app.post('/echo', (req, res) => void res.json(req.body));
  return app;
}
