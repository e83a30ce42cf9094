import { readdirSync, readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import { expect, test } from 'vitest';

const SOURCES = new URL('../src/', import.meta.url);

/** The client as one script: its modules in a row, without imports and exports. */
function asScript(): string {
  const files = readdirSync(SOURCES).filter((name) => name !== 'index.ts');
  const order = ['problem.ts', ...files.filter((name) => name !== 'problem.ts')];
  return order
    .map(
      (name) =>
        ts.transpileModule(readFileSync(new URL(name, SOURCES), 'utf8'), {
          compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
        }).outputText,
    )
    .join('\n')
    .replace(/^import .*$/gm, '')
    .replace(/^export \{\};?$/gm, '')
    .replace(/^export /gm, '');
}

test('needs no other package and nothing of Node', async () => {
  const imported = readdirSync(SOURCES).flatMap((name) =>
    [...readFileSync(new URL(name, SOURCES), 'utf8').matchAll(/from '([^']+)'/g)].map(([, from]) => from),
  );
  expect(imported.filter((from) => !from?.startsWith('./'))).toEqual([]);
});

test('runs where there is no more than a browser has', async () => {
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(url);
    return Response.json({ status: 'ok' });
  };
  const script = `${asScript()}\ncreateClient({ baseUrl: '/api/v1/' }).get('/health');`;
  const { body } = await runInNewContext(script, { fetch, URLSearchParams, TextDecoder, AbortController, setTimeout });
  expect([asked, body]).toEqual([['/api/v1/health'], { status: 'ok' }]);
});
