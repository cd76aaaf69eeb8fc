// Builds everything that is shipped into ../dist: the self-contained page, the widget module, the engine, the batch
// command. The core must have been built to WebAssembly before (scripts/build does both).

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { build } from 'vite';
import { cut } from './cut.mjs';
import { smallestLzma } from './lzma.mjs';
import { linesOfWords, packing } from './words.mjs';

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
  accuracy: 'slide-rule-accuracy',
  everyKind: 'slide-rule-every-kind',
};

const wasmOf = {};
for (const [part, name] of Object.entries(cores))
  wasmOf[part] = await readFile(join(wasmFolder, `${name}.wasm`));

await mkdir(join(web, 'src/generated'), { recursive: true });
for (const name of Object.values(cores)) {
  // The wasm is always handed over as bytes, so the glue's own idea of where it lies must not depend on the module's
  // address: a classic script has none.
  const glue = await readFile(join(wasmFolder, `${name}.mjs`), 'utf8');
  await writeFile(
    join(web, `src/generated/${name}.mjs`),
    onlyUsed(glue).replaceAll('import.meta.url', "'file:///'"),
  );
}
for (const part of Object.keys(cores)) if (part !== 'everyKind') await pack(part);

/**
 * The glue without what it brings along for other ways: fetching the wasm, and Embind's checks and conversions of
 * arguments, of which bindings/wasm.cpp has numbers alone. What then nothing refers to, the bundler leaves out. Where
 * another Emscripten writes otherwise, it stays.
 */
function onlyUsed(glue) {
  const types =
    /:_?_embind_register_(bigint|bool|emval|float|integer|memory_view|std_string|std_wstring|void)\b/gu;
  const numbersOnly =
    ':(name,count,types,signature,invoke,f)=>{Module[readLatin1String(name)]=(...a)=>getWasmTableEntry(invoke)(f,...a)}';
  return glue
    .replace(types, ':()=>{}')
    .replace(/:_?_embind_register_function\b/gu, numbersOnly)
    .replace(/\w+=Module\["\w+Error"\]=extendError\(.*?\);|\binit_emval\(\);/gu, '')
    .replace(/typeof (window|importScripts|process|fetch|TextDecoder)\s*[!=]=\s*"\w+"/gu, 'false')
    .replace(/\bModule\["(HEAP(?!U8)\w+|preloaded\w+)"\]\s*=\s*(\{\};)?/gu, '')
    .replace(/\bModule\["_\w+"\]=(?=function)/gu, '');
}

/**
 * A core as two modules that export its wasm in base64. LZMA is a seventh smaller; deflate is unpacked by the browser
 * itself, while the page's thread goes on.
 */
async function pack(part) {
  const name = cores[part];
  // Deflate that takes its time: a sixteenth smaller.
  const zopfli = () => execFileSync('zopfli', ['--deflate', '-c', join(wasmFolder, `${name}.wasm`)]);
  await packOnce(`${name}-unlzma`, wasmOf[part], smallestLzma);
  await packOnce(`${name}-inflate`, wasmOf[part], zopfli);
}

/** A module that exports bytes, packed, in base64; kept while the bytes are. */
async function packOnce(name, bytes, packed) {
  const head = `// packed from ${createHash('sha256').update(bytes).digest('hex')}\n`;
  const module = join(web, `src/generated/${name}.ts`);
  if ((await readFile(module, 'utf8').catch(() => '')).startsWith(head)) return;
  await writeFile(module, `${head}export default '${packed(bytes).toString('base64')}';\n`);
}
/** The pages whose budget leaves room for deflate. */
const roomy = new Set(['calculator', 'fit', 'accuracy']);

// What d3-scale brings along for scales that the charts do not use.
const lean = [
  { find: 'd3-interpolate', replacement: join(web, 'src/charts/interpolate-number.ts') },
  { find: 'd3-format', replacement: join(web, 'src/charts/no-format.ts') },
];
/** The modules that every build names slide-rule, taken from this core. */
const howPacked = (part, hosted) => (hosted && roomy.has(part) ? 'inflate' : 'unlzma');
const packedCore = (part, hosted) =>
  `${cores[part]}${besideCore(part, hosted) ? '-words' : ''}-${howPacked(part, hosted)}`;
const coreOf = (part, hosted) => {
  const how = howPacked(part, hosted);
  return [
    { find: '../generated/slide-rule.mjs', replacement: join(web, `src/generated/${cores[part]}.mjs`) },
    {
      find: '../generated/slide-rule-unlzma',
      replacement: join(web, `src/generated/${packedCore(part, hosted)}.ts`),
    },
    { find: '../engine/unlzma', replacement: join(web, `src/engine/${how}.ts`) },
    ...(hosted ? [{ find: './packed-core', replacement: join(web, 'src/page/packed-core.ts') }] : []),
  ];
};

/** What the calculator cites: its own sources, and those of laws that C = 6ND ties. */
const citedByCalculator =
  /^(article|eleutherai|kaplan|brown|chowdhery|besiroglu|hoffmann|muennighoff|gadre|sardana)-/u;
const everyReference = JSON.parse(await readFile(join(root, 'src/catalog/references.json'), 'utf8'));
/** The core of the page of models as text: sources that it never names need not travel with it. */
const modelsCore = wasmOf.models.toString('latin1');
/** Where the budget is full. */
const isTight = (part, hosted) => part === (hosted ? 'models' : 'calculator');
/** There words and sources travel behind the core: together in LZMA they are an eighth smaller. */
const besideCore = isTight;
for (const [part, hosted] of [
  ['models', true],
  ['calculator', false],
]) {
  const lines = Buffer.from(`${linesOfWords(part, hosted)}\n${lineOfReferences(part)}`);
  await packOnce(packedCore(part, hosted), Buffer.concat([wasmOf[part], lines]), smallestLzma);
}

/** The sources that a part's builds name. */
function referencesOf(part) {
  if (part === 'calculator') return everyReference.filter(({ key }) => citedByCalculator.test(key));
  if (part !== 'models') return everyReference;
  return everyReference
    .filter(({ key }) => modelsCore.includes(key))
    .map((reference) => ({
      ...reference,
      // Of a commit, twelve digits name it as well as forty, which no compression makes smaller.
      url: reference.url.replace(/(\/tree\/[\da-f]{12})[\da-f]{28}/u, '$1'),
    }));
}

/** As takeReferences in src/references.ts reads them. */
function lineOfReferences(part) {
  const names = ['key', 'authors', 'year', 'title', 'where', 'url'];
  const fields = referencesOf(part).flatMap((reference) => names.map((name) => `${reference[name]}`));
  const wrong = fields.find((field) => field === 'undefined' || /[|\n]/u.test(field));
  if (wrong) throw new Error(`a source's field is missing or holds a bar: ${wrong}`);
  return fields.join('|');
}

/** A style sheet without comments and the room between its signs. */
const shorter = (sheet) =>
  sheet
    .replace(/\/\*[^*]*\*\//gu, '')
    .replace(/\s*([{};])\s+|([:,])\s+/gu, '$1$2')
    .replaceAll(';}', '}');

/** Leaves out of each build what travels beside its core and the sources that it never names, and marks d3-shape's unused curves as free to go. */
const trim = (part, hosted) => ({
  name: 'trim',
  enforce: 'pre',
  transform(code, id) {
    if (/catalog.references\.json$/u.test(id)) {
      return JSON.stringify(besideCore(part, hosted) ? [] : referencesOf(part));
    }
    // Indents in templates and style sheets, which no reader of a page sees, and comments in the latter.
    if (/src.(views|element|charts).*\.ts$/u.test(id)) {
      const flat = code.replace(/\n\s+/gu, '\n');
      return /styles\.ts$/u.test(id) ? shorter(flat) : flat;
    }
    // What Lit says to whoever writes templates, its versions and what its decorators keep, which would stand among a
    // host's globals; no browser that has what the page needs takes its polyfills.
    if (/node_modules.(@lit|lit)/u.test(id)) {
      const lean = code
        .replace(/\bError\((["'`]).*?\1\)/gsu, 'Error()')
        .replace(/\w+\.\w+PolyfillSupport/gu, 'undefined')
        .replace(/\(\w+\.\w+Versions\s*\?\?=\s*\[\]\)\.push\(.*?\)/gu, '0')
        .replace(/Symbol\.metadata\s*\?\?=.*?new WeakMap;/su, '')
        .replace(/const \w+=this\[Symbol\.metadata\];.*?(?=this\.[\w$]+=new Map;for)/su, '');
      const policy = /\w+\?\w+\.createPolicy\("lit-html",.*?\):void 0/u;
      return hosted || !policy.test(lean)
        ? lean
        : `import { templates } from '${join(web, 'src/element/trusted-html')}';${lean.replace(policy, 'templates')}`;
    }
    // Lines and areas of straight pieces have no arcs and no curves.
    if (/d3-path/u.test(id)) {
      return code.replace(/^ {2}(quadraticCurveTo|bezierCurveTo|arcTo|arc|rect)\(.*?^ {2}\}\n/gmsu, '');
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

async function bundle(entry, part, { formats = ['es'], hosted = false, alias = [] } = {}) {
  const results = await build({
    configFile: false,
    root: web,
    logLevel: 'warn',
    plugins: [
      trim(part, hosted),
      ...(part === 'everyKind' ? [] : [packing(part, hosted, besideCore(part, hosted))]),
    ],
    resolve: { alias: [...alias, ...lean, ...coreOf(part, hosted)] },
    define: {
      __VERSION__: JSON.stringify(version),
      __PART__: JSON.stringify(part),
      __HOSTED__: String(hosted),
      __CORE_BYTES__: besideCore(part, hosted) ? String(wasmOf[part].length) : '0',
      ...(entry.startsWith('src/page/') ? { __MODULE_URL__: 'undefined' } : {}),
      'process.env.NODE_ENV': '"production"',
    },
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      lib: { entry: join(web, entry), formats, name: 'LlmSlideRule', fileName: 'bundle' },
      rollupOptions: { output: { codeSplitting: false, generatedCode: { symbols: false } } },
    },
  });
  const chunks = [results]
    .flat()
    .flatMap((r) => r.output)
    .filter((o) => o.type === 'chunk');
  if (chunks.length !== 1)
    throw new Error(`${entry}: expected one chunk, got ${chunks.map((c) => c.fileName)}`);
  return coreLast(chunks[0].code);
}

/** Puts the packed core behind the code: between its halves it would keep one out of gzip's window of the other. */
function coreLast(code) {
  const core = /(["'`])[\w+/=]{9999,}\1/u.exec(code)?.[0];
  if (!core) return code;
  const end = code.lastIndexOf('})(');
  if (end < 0) throw new Error(`no function around the code: ${code.slice(-80)}`);
  const held = `;function packedCore(){return${core}}`; // hoisted
  return code.slice(0, end).replace(core, 'packedCore()') + held + code.slice(end);
}

// The worker of the fit travels inside its page, as text: a page is one file, and a worker starts from a blob.
const fitWorker = await bundle('src/fit-law/worker.ts', 'fit', { formats: ['iife'] });
await writeFile(join(web, 'src/generated/fit-worker.ts'), `export default ${JSON.stringify(fitWorker)};\n`);

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

const style = shorter(await readFile(join(web, 'src/page/page.css'), 'utf8'));
const template = await readFile(join(web, 'index.html'), 'utf8');
const english = JSON.parse(await readFile(join(web, 'src/i18n/en.json'), 'utf8'));
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A hundredth smaller than what the bundler makes of it, for some seconds of work. */
async function smaller(code, module = false) {
  const compress = { passes: 2, unsafe_arrows: true, unsafe_methods: true, pure_getters: true };
  const options = { ecma: 2022, module, compress };
  const once = await minify(code, options);
  // What is small then is named and put together anew: a third of a per cent, which more passes do not give.
  return (await minify(once.code, options)).code;
}

/** The text of all that the element of a page is styled by; it is known where it runs. */
async function sheetOf(part) {
  // All of Lit that sheets need, and that runs outside a browser.
  const alias = [{ find: /^lit$/u, replacement: join(web, 'node_modules/@lit/reactive-element/css-tag.js') }];
  const code = await bundle('src/element/sheets.ts', part, { hosted: true, alias });
  const { sheets } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return sheets().join('');
}

/** A page is one file; its rules name what it holds by hash and allow nothing else. */
async function writePage(file, part) {
  const code = await bundle('src/page/main.ts', part, { formats: ['iife'], hosted: true });
  // `</script` and `<!--` must not appear inside an inline script.
  const scripts = cut(isTight(part, true) ? await smaller(code) : code).map((script) =>
    script.replace(/<\/(script)/giu, '<\\/$1').replace(/<!--/gu, '<\\!--'),
  );
  const packed = await readFile(join(web, `src/generated/${packedCore(part, true)}.ts`), 'utf8');
  const page = template
    .replace(/\n\s+/gu, '\n')
    .replace('%VERSION%', () => version)
    .replace('<title>', () => (part === 'calculator' ? '<title>' : `<title>${english[`pages.${part}`]} · `))
    .replace('%CORE%', () => /'(.+)'/u.exec(packed)[1])
    .replace('/*STYLE*/', () => style)
    .replace('/*SCRIPT*/', () => scripts.join('</script><script>'));
  const hashes = [...page.matchAll(/<script>(.*?)<\/script>/gsu)].map(([, text]) => hash(text));
  const policy = [
    "default-src 'none'",
    `script-src ${hashes.join(' ')} 'wasm-unsafe-eval'`,
    `style-src ${hash(style)} ${hash(await sheetOf(part))}`,
    'img-src data: blob:',
    "worker-src blob: 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  await writeFile(
    join(dist, file),
    page.replace('%POLICY%', () => policy),
  );
}
await writePage('index.html', 'calculator');
await writePage('models.html', 'models');
await writePage('laws.html', 'laws');
await writePage('fit.html', 'fit');
await writePage('accuracy.html', 'accuracy');

// What makes the page installable, each a file of its own that no page needs.
const pages = (await readdir(dist)).filter((file) => file.endsWith('.html'));
const content = createHash('sha256');
for (const file of pages) content.update(await readFile(join(dist, file)));
const worker = (await readFile(join(web, 'src/page/service-worker.js'), 'utf8'))
  .replace('%VERSION%', `llm-slide-rule-${version}-${content.digest('hex').slice(0, 12)}`)
  .replace("'%FILES%'", ['./', ...pages, 'manifest.webmanifest', 'icon.svg'].map((f) => `'${f}'`).join(', '));
await writeFile(join(dist, 'service-worker.js'), worker);
await copyFile(join(web, 'src/page/manifest.json'), join(dist, 'manifest.webmanifest'));
await copyFile(join(web, 'src/page/icon.svg'), join(dist, 'icon.svg'));
await writeFile(join(dist, 'robots.txt'), 'User-agent: *\nAllow: /\n');

/**
 * The widget's module, around the classic build: Vite leaves the whitespace in what it builds as a module. Its address
 * is where the modules of other parts are looked for; each of these holds all that it needs, so that two of them need
 * not be of the same day.
 */
async function writeWidget(file, part) {
  const classic = await bundle('src/element/define.ts', part, { formats: ['iife'] });
  const code =
    `const __MODULE_URL__ = import.meta.url;\n${classic}\n` +
    'const { LlmSlideRule: LlmSlideRuleElement } = LlmSlideRule;\nexport { LlmSlideRuleElement as LlmSlideRule };\n';
  await writeFile(join(dist, `${file}.js`), isTight(part, false) ? await smaller(code, true) : code);
  return classic;
}
const classic = await writeWidget('llm-slide-rule', 'calculator');
// For hosts without modules: it leaves no name behind but the element's.
await writeFile(
  join(dist, 'llm-slide-rule.iife.js'),
  await smaller(`(() => {\nconst __MODULE_URL__ = document.currentScript?.src;\n${classic}\n})();\n`),
);
await writeWidget('llm-slide-rule.models', 'models');
await writeWidget('llm-slide-rule.laws', 'laws');
await writeWidget('llm-slide-rule.fit', 'fit');
await writeWidget('llm-slide-rule.accuracy', 'accuracy');
await writeFile(join(dist, 'engine.js'), await bundle('src/engine/engine.ts', 'everyKind'));
await writeFile(join(dist, 'batch.js'), await bundle('src/batch/batch.ts', 'everyKind'));
await copyFile(join(wasmFolder, `${cores.everyKind}.wasm`), join(dist, 'slide-rule.wasm'));
console.log(`dist: version ${version}`);
