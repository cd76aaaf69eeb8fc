// Builds everything that is shipped into ../dist: the self-contained page, the widget module, the engine, the batch
// command. The core must have been built to WebAssembly before (scripts/build does both).

import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import zopfli from '@gfx/zopfli';
import { build } from 'vite';

const web = dirname(fileURLToPath(import.meta.url));
const root = join(web, '..');
const dist = join(root, 'dist');
const wasmFolder = join(root, 'build/wasm/src');

const version = /VERSION (\d+\.\d+\.\d+)/u.exec(await readFile(join(root, 'CMakeLists.txt'), 'utf8'))?.[1];
// A part is what one page shows, with a build of the core that answers what it asks. Together they would weigh more
// than a page may; the calculator's part is also the widget's. The npm package's engine and the batch command answer
// every kind of question.
const cores = {
  calculator: 'slide-rule',
  models: 'slide-rule-models',
  laws: 'slide-rule-laws',
  fit: 'slide-rule-fit',
  everyKind: 'slide-rule-every-kind',
};

await mkdir(join(web, 'src/generated'), { recursive: true });
for (const name of Object.values(cores)) {
  // The wasm is always handed over as bytes, so the glue's own idea of where it lies must not depend on the module's
  // address: a classic script has none.
  const glue = await readFile(join(wasmFolder, `${name}.mjs`), 'utf8');
  await writeFile(join(web, `src/generated/${name}.mjs`), glue.replaceAll('import.meta.url', "'file:///'"));
  // Gzip before base64: a third smaller on the wire than base64 of the plain bytes, and no second request. Zopfli
  // takes seconds to find a gzip 6 % smaller than zlib's: for what goes over the wire.
  const wasm = await readFile(join(wasmFolder, `${name}.wasm`));
  const packed =
    name === cores.everyKind
      ? gzipSync(wasm, { level: 9 })
      : Buffer.from(await zopfli.gzipAsync(wasm, { numiterations: 5 }));
  await writeFile(
    join(web, `src/generated/${name}-wasm.ts`),
    `export default '${packed.toString('base64')}';\n`,
  );
}

// What d3-scale brings along for scales that the charts do not use.
const lean = [
  { find: 'd3-interpolate', replacement: join(web, 'src/charts/interpolate-number.ts') },
  { find: 'd3-format', replacement: join(web, 'src/charts/no-format.ts') },
];
/** The modules that every build names slide-rule, taken from this core. */
const coreOf = (name) => [
  { find: '../generated/slide-rule.mjs', replacement: join(web, `src/generated/${name}.mjs`) },
  { find: '../generated/slide-rule-wasm', replacement: join(web, `src/generated/${name}-wasm.ts`) },
];

/** Words that only the page of all laws says: its headings, and the names and notes of laws that the others do not ask. */
const wordsOfLaws =
  /^(laws|mean|catalogue|compare|differs)\.|^(abnar|besiroglu|cerebras|clark|deepseek|gadre|henighan|hoffmann|hunyuan|krajewski|kumar|llama3|ludziejewski|minicpm|muennighoff|porian|sardana|step-law|trained-on|tokens-per-parameter|two-digit|prefactor|twenty-tokens|log-base|sixty-four|chinchilla-shapes|trained-at|budget-includes|least-|solved-|constant-learning|width-scaled|bits-default)/u;
/** Words that only the page says that fits one's own runs. */
const wordsOfFit =
  /^(fit-|example\.)|^problem\.(no-text|spreadsheet|binary|header-only|no-header|missing-column|too-many-rows|no-good-rows|cell-|formula|unclosed)|^field\.runs\./u;
/** Words that only the batch command says. */
const wordsOfBatch = /^help\.|^peak-of-bf16$/u;
/** Which parts say the words of a topic; words of no topic are everybody's. */
const topics = [
  [wordsOfLaws, ['laws']],
  [wordsOfFit, ['fit']],
  [wordsOfBatch, []],
];

/** Leaves out of each build the words that it never says, and marks d3-shape's unused curves as free to go. */
const trim = (part) => ({
  name: 'trim',
  transform(code, id) {
    if (/i18n.(en|ko)\.json$/u.test(id) && part !== 'everyKind') {
      const said = ([key]) => topics.every(([words, parts]) => parts.includes(part) || !words.test(key));
      return JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(code)).filter(said)));
    }
    if (/d3-shape/u.test(id)) {
      return code.replace(
        /= (\(function custom|curveRadial\(|sqrt\(|sin\(|cos\(|-cos\()/gu,
        '= /* @__PURE__ */ $1',
      );
    }
    return undefined;
  },
});

async function bundle(entry, part, { formats = ['es'] } = {}) {
  const results = await build({
    configFile: false,
    root: web,
    logLevel: 'warn',
    plugins: [{ ...trim(part), enforce: 'pre' }],
    resolve: { alias: [...lean, ...coreOf(cores[part])] },
    define: {
      __VERSION__: JSON.stringify(version),
      __PART__: JSON.stringify(part),
      'process.env.NODE_ENV': '"production"',
    },
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

// The worker of the fit travels inside its page, as text: a page is one file, and a worker starts from a blob.
await writeFile(
  join(web, 'src/generated/fit-worker.ts'),
  `export default ${JSON.stringify(await bundle('src/fit-law/worker.ts', 'fit', { formats: ['iife'] }))};\n`,
);

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

const style = await readFile(join(web, 'src/page/page.css'), 'utf8');
const template = await readFile(join(web, 'index.html'), 'utf8');
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A page is one file; its rules name what it holds by hash and allow nothing else. */
async function writePage(file, part) {
  // `</script` and `<!--` must not appear inside an inline script.
  const script = (await bundle('src/page/main.ts', part, { formats: ['iife'] }))
    .replace(/<\/(script)/giu, '<\\/$1')
    .replace(/<!--/gu, '<\\!--');
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)} 'wasm-unsafe-eval'`,
    `style-src ${hash(style)}`,
    'img-src data: blob:',
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = template
    .replace('%POLICY%', () => policy)
    .replace('%VERSION%', () => version)
    .replace('/*STYLE*/', () => style)
    .replace('/*SCRIPT*/', () => script);
  await writeFile(join(dist, file), page);
}
await writePage('index.html', 'calculator');
await writePage('laws.html', 'laws');
await writePage('fit.html', 'fit');

// An ES module around the classic build: Vite leaves the whitespace in what it builds as a module.
const classic = await bundle('src/element/define.ts', 'calculator', { formats: ['iife'] });
await writeFile(join(dist, 'llm-slide-rule.iife.js'), classic);
const names = 'LlmSlideRule: LlmSlideRuleElement, createEngine';
await writeFile(
  join(dist, 'llm-slide-rule.js'),
  `${classic}\nconst { ${names} } = LlmSlideRule;\nexport { LlmSlideRuleElement as LlmSlideRule, createEngine };\n`,
);
await writeFile(join(dist, 'engine.js'), await bundle('src/engine/engine.ts', 'everyKind'));
await writeFile(join(dist, 'batch.js'), await bundle('src/batch/batch.ts', 'everyKind'));
await copyFile(join(wasmFolder, `${cores.everyKind}.wasm`), join(dist, 'slide-rule.wasm'));
console.log(`dist: version ${version}`);
