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
// Page and widget carry the kinds of questions that they ask; the engine and the batch command answer every kind.
const wasm = await readFile(join(wasmFolder, 'slide-rule.wasm'));
const wasmOfEveryKind = await readFile(join(wasmFolder, 'slide-rule-every-kind.wasm'));

await mkdir(join(web, 'src/generated'), { recursive: true });
for (const name of ['slide-rule.mjs', 'slide-rule-every-kind.mjs']) {
  // The wasm is always handed over as bytes, so the glue's own idea of where it lies must not depend on the module's
  // address: a classic script has none.
  const glue = await readFile(join(wasmFolder, name), 'utf8');
  await writeFile(join(web, 'src/generated', name), glue.replaceAll('import.meta.url', "'file:///'"));
}
// Gzip before base64: a third smaller on the wire than base64 of the plain bytes, and no second request.
const packed = gzipSync(wasm, { level: 9 }).toString('base64');
await writeFile(join(web, 'src/generated/wasm.ts'), `export default '${packed}';\n`);

// What d3-scale brings along for scales that the charts do not use.
const lean = [
  { find: 'd3-interpolate', replacement: join(web, 'src/charts/interpolate-number.ts') },
  { find: 'd3-format', replacement: join(web, 'src/charts/no-format.ts') },
];
const everyKind = {
  find: '../generated/slide-rule.mjs',
  replacement: join(web, 'src/generated/slide-rule-every-kind.mjs'),
};

async function bundle(entry, { formats = ['es'], alias = [] } = {}) {
  const results = await build({
    configFile: false,
    root: web,
    logLevel: 'warn',
    resolve: { alias: [...lean, ...alias] },
    define: { __VERSION__: JSON.stringify(version), 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      lib: { entry: join(web, entry), formats, name: 'LlmSlideRule', fileName: 'bundle' },
      rollupOptions: { output: { codeSplitting: false } },
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

// An ES module around the classic build: Vite leaves the whitespace in what it builds as a module.
const classic = await bundle('src/element/define.ts', { formats: ['iife'] });
await writeFile(join(dist, 'llm-slide-rule.iife.js'), classic);
const names = 'LlmSlideRule: LlmSlideRuleElement, createEngine';
await writeFile(
  join(dist, 'llm-slide-rule.js'),
  `${classic}\nconst { ${names} } = LlmSlideRule;\nexport { LlmSlideRuleElement as LlmSlideRule, createEngine };\n`,
);
await writeFile(join(dist, 'engine.js'), await bundle('src/engine/engine.ts', { alias: [everyKind] }));
await writeFile(join(dist, 'batch.js'), await bundle('src/batch/batch.ts', { alias: [everyKind] }));
await writeFile(join(dist, 'slide-rule.wasm'), wasmOfEveryKind);
console.log(
  `dist: version ${version}, page ${page.length} bytes, ${gzipSync(page, { level: 9 }).length} gzip`,
);
