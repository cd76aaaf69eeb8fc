// Bundles TypeScript of web/src with the web part's own Vite and imports it, so that the unit tests run what the page
// runs, in Node, without a browser.

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const web = fileURLToPath(new URL('../../../web/', import.meta.url));
const vite = createRequire(new URL('../../../web/package.json', import.meta.url)).resolve('vite');
const { build } = await import(vite);

/** The code of `entry` (relative to web/) as one ES module. */
export async function bundle(entry, { minify = false } = {}) {
  const results = await build({
    configFile: false,
    root: web,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      minify,
      lib: { entry: web + entry, formats: ['es'], fileName: 'bundle' },
      rollupOptions: { output: { codeSplitting: false } },
    },
  });
  return [results].flat().flatMap((r) => r.output)[0].code;
}

export async function load(entry) {
  return import(`data:text/javascript;base64,${Buffer.from(await bundle(entry)).toString('base64')}`);
}

/** Bytes of the minified bundle after gzip. */
export async function gzipBytes(entry) {
  return gzipSync(await bundle(entry, { minify: true }), { level: 9 }).length;
}
