// Loads a TypeScript module of web/src for a Node test: bundled by the same Vite that builds the page.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from '../../web/node_modules/vite/dist/node/index.js';

const web = fileURLToPath(new URL('../../web/', import.meta.url));

export async function load(entry) {
  const result = await build({
    configFile: false,
    root: web,
    logLevel: 'error',
    define: { __VERSION__: '"test"' },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry: web + entry, formats: ['es'], fileName: 'module' },
      rollupOptions: { output: { codeSplitting: false } },
    },
  });
  const code = [result].flat()[0].output[0].code;
  return import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
}

let engine;
/** The engine over the built wasm, as the page and the batch command use it. */
export function loadEngine() {
  engine ??= load('src/engine/engine.ts').then(({ createEngine }) =>
    createEngine({ wasmBinary: readFileSync(new URL('../../dist/slide-rule.wasm', import.meta.url)) }),
  );
  return engine;
}
