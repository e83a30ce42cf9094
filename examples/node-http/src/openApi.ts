import { createRemit, functionExecutor } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { createHandler } from '@remit/http';

/** The API: one function from Request to Response. */
export type Api = (request: Request) => Promise<Response>;

/** Where every example here mounts the API. */
export const BASE_PATH = '/itsm/api/v1';

const alice = { id: 'alice', tenant: 'acme', scopes: ['tickets:read', 'tickets:write'] };

/** Starts a Remit that keeps everything in memory, and lets in who shows the token. */
export async function openApi(token: string): Promise<Api> {
  const remit = createRemit({
    storage: memoryStorage(),
    executor: functionExecutor({ tools: {} }),
    catalogue: { actions: [], runbooks: [] },
  });
  await remit.start();
  return createHandler({
    remit,
    basePath: BASE_PATH,
    authenticate: ({ headers }) => (headers.get('authorization') === `Bearer ${token}` ? alice : null),
  });
}

/** The token in the environment. @throws Error when there is none: nobody is let in by default. */
export function tokenFromEnvironment(): string {
  const token = process.env['REMIT_TOKEN'];
  if (token) return token;
  throw new Error('Set REMIT_TOKEN to the token that callers must show.');
}
