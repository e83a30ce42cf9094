import { createServer, type Server } from 'node:http';
import { toNodeListener } from '@remit/http';
import type { Api } from './openApi.js';

/** A server of node:http that serves nothing but the API. */
export function mount(api: Api): Server {
  return createServer(toNodeListener(api));
}
