import { serveGallery } from './serve.js';

const { url } = await serveGallery(Number(process.env['PORT'] ?? 4200));
console.log(`The gallery is at ${url}; Ctrl-C ends it.`);
