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
    define: { __VERSION__: '"test"', __PART__: '"laws"', __MODULE_URL__: 'undefined', __HOSTED__: 'true' },
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
/** The engine of the npm package, with every kind of question. */
export function loadEngine() {
  const dist = (file) => new URL(`../../dist/${file}`, import.meta.url);
  engine ??= import(dist('engine.js')).then(({ createEngine }) =>
    createEngine({ wasmBinary: readFileSync(dist('slide-rule.wasm')) }),
  );
  return engine;
}
