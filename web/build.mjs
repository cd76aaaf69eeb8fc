// Builds everything that is shipped into ../dist: the self-contained page, the widget module, the engine, the batch
// command. The core must have been built to WebAssembly before (scripts/build does both).

import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const web = dirname(fileURLToPath(import.meta.url));
const root = join(web, '..');
const dist = join(root, 'dist');
const wasmFolder = join(root, 'build/wasm/src');

const version = /VERSION (\d+\.\d+\.\d+)/u.exec(await readFile(join(root, 'CMakeLists.txt'), 'utf8'))?.[1];
const wasm = await readFile(join(wasmFolder, 'slide-rule.wasm'));

await mkdir(join(web, 'src/generated'), { recursive: true });
// The wasm is always handed over as bytes, so the glue's own idea of where it lies must not depend on the module's
// address: a classic script has none.
const glue = await readFile(join(wasmFolder, 'slide-rule.mjs'), 'utf8');
await writeFile(join(web, 'src/generated/slide-rule.mjs'), glue.replaceAll('import.meta.url', "'file:///'"));
// Gzip before base64: a third smaller on the wire than base64 of the plain bytes, and no second request.
const packed = gzipSync(wasm, { level: 9 }).toString('base64');
await writeFile(join(web, 'src/generated/wasm.ts'), `export default '${packed}';\n`);

async function bundle(entry, { formats = ['es'], inline = true } = {}) {
  const results = await build({
    configFile: false,
    root: web,
    logLevel: 'warn',
    define: { __VERSION__: JSON.stringify(version), 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      lib: { entry: join(web, entry), formats, name: 'LlmSlideRule', fileName: 'bundle' },
      rollupOptions: { output: inline ? { codeSplitting: false } : {} },
    },
  });
  const chunks = [results]
    .flat()
    .flatMap((r) => r.output)
    .filter((o) => o.type === 'chunk');
  if (chunks.length !== 1)
    throw new Error(`${entry}: expected one chunk, got ${chunks.map((c) => c.fileName)}`);
  return chunks[0].code;
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

// The page: one file. `</script` and `<!--` must not appear inside an inline script.
const script = (await bundle('src/page/main.ts', { formats: ['iife'] }))
  .replace(/<\/(script)/giu, '<\\/$1')
  .replace(/<!--/gu, '<\\!--');
const style = await readFile(join(web, 'src/page/page.css'), 'utf8');
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)} 'wasm-unsafe-eval'`,
  `style-src ${hash(style)}`,
  'img-src data: blob:',
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
const template = await readFile(join(web, 'index.html'), 'utf8');
const page = template
  .replace('%POLICY%', () => policy)
  .replace('%VERSION%', () => version)
  .replace('/*STYLE*/', () => style)
  .replace('/*SCRIPT*/', () => script);
await writeFile(join(dist, 'index.html'), page);

await writeFile(join(dist, 'llm-slide-rule.js'), await bundle('src/element/define.ts'));
await writeFile(join(dist, 'engine.js'), await bundle('src/engine/engine.ts'));
await writeFile(join(dist, 'batch.js'), await bundle('src/batch/batch.ts'));
await writeFile(join(dist, 'slide-rule.wasm'), wasm);
console.log(
  `dist: version ${version}, page ${page.length} bytes, ${gzipSync(page, { level: 9 }).length} gzip`,
);
