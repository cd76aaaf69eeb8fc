// Serves one folder on this machine only: node static-server.mjs <folder> <port>. A taken port moves on to the next.

import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { createGzip } from 'node:zlib';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

/** Resolves to the listening server; port 0 takes any free one. `headers` are added to every reply. */
export function serve(folder, port, headers = {}) {
  const base = resolve(folder);
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://local').pathname);
    let file = join(base, normalize(path));
    try {
      if (file !== base && !file.startsWith(base + sep)) throw new Error('outside');
      if (statSync(file).isDirectory()) file = join(file, 'index.html');
      statSync(file);
    } catch {
      response.writeHead(404).end('not found');
      return;
    }
    const type = types[extname(file)] ?? 'application/octet-stream';
    // As the usual hosts do: text travels packed.
    const isPacked = /text|json|svg|wasm/u.test(type) && /\bgzip\b/u.test(request.headers['accept-encoding'] ?? '');
    const encoding = isPacked ? { 'content-encoding': 'gzip', vary: 'accept-encoding' } : {};
    response.writeHead(200, { 'content-type': type, ...encoding, ...headers });
    const bytes = createReadStream(file);
    if (isPacked) bytes.pipe(createGzip()).pipe(response);
    else bytes.pipe(response);
  });
  return new Promise((listening, failed) => {
    server.on('error', (error) => {
      if (error.code === 'EADDRINUSE' && port !== 0) server.listen((port += 1), '127.0.0.1');
      else failed(error);
    });
    server.listen(port, '127.0.0.1', () => listening(server));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serve(process.argv[2] ?? 'dist', Number(process.argv[3] ?? 8000));
  console.log(`LLM Slide Rule: http://127.0.0.1:${server.address().port}/  (Ctrl+C ends it)`);
}
