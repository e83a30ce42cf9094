// A web front that serves every request from the release that `current` points to at that moment.
import { readFile, realpath } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { answer, listen, report, settings } from './program.mjs';

const server = createServer(async (request, response) => {
  let release = '';
  try {
    const folder = await realpath(join(settings.folder, 'current'));
    release = basename(folder);
    const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    const { render } = await import(pathToFileURL(join(folder, 'pages.mjs')).href);
    const page = render(request.url ?? '/', config);
    answer(response, page === undefined ? 404 : 200, { release, page });
  } catch (error) {
    answer(response, 500, { release, error: String(error) });
  }
});
report({ port: await listen(server, settings.port) });
