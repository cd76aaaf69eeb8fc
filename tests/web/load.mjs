// Loads a TypeScript module of web/src for a Node test: bundled by the same Vite that builds the page.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../../web/node_modules/vite/dist/node/index.js';
import { packing } from '../../web/words.mjs';

const web = fileURLToPath(new URL('../../web/', import.meta.url));

/** `from`: another folder than web/; `packed`: with the words as a build of the page carries them. */
export async function load(entry, { from = web, part = 'laws', packed = false } = {}) {
  const result = await build({
    configFile: false,
    root: from,
    logLevel: 'error',
    plugins: packed ? [packing(part, true)] : [],
    resolve: from === web ? {} : { alias: [{ find: /^(?=(lit|d3-[a-z]+)($|\/))/u, replacement: `${web}node_modules/` }] },
    define: { __VERSION__: '"test"', __PART__: JSON.stringify(part), __MODULE_URL__: 'undefined', __HOSTED__: 'true', __CORE_BYTES__: '0' },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry: join(from, entry), formats: ['es'], fileName: 'module' },
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
