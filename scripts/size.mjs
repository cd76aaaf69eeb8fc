// Gzip sizes of what is shipped against their budgets; fails over them. --markdown prints the README's table.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = 150_000;
const widget = 120_000;
const wasm = 60_000;
// The exact model of memory, the importers of five kinds of files and the words of both weigh more than a page of rules.
const exact = 200_000;
const known = [
  { what: 'hosted page (one request)', file: 'dist/index.html', budget: page },
  { what: 'page of models', file: 'dist/models.html', budget: exact },
  { what: 'page of all laws', file: 'dist/laws.html', budget: page },
  { what: 'page of fits of laws', file: 'dist/fit.html', budget: page },
  { what: 'page of accuracy', file: 'dist/accuracy.html', budget: page },
  { what: 'widget module', file: 'dist/llm-slide-rule.js', budget: widget },
  { what: 'second module of the widget: models', file: 'dist/llm-slide-rule.models.js', budget: exact },
  { what: 'wasm of page and widget, catalogues included', file: 'build/wasm/src/slide-rule.wasm', budget: wasm },
  { what: 'wasm of the page of models', file: 'build/wasm/src/slide-rule-models.wasm' },
  { what: 'wasm of the page of all laws', file: 'build/wasm/src/slide-rule-laws.wasm' },
  { what: 'wasm of the page of fits', file: 'build/wasm/src/slide-rule-fit.wasm' },
  { what: 'wasm with every kind of question (npm package, batch command)', file: 'dist/slide-rule.wasm' },
];
// What is built and not named above is told as well: pages, parts of the core, the widget's further modules. One of
// these is loaded for one view that a reader asks for and holds what that view's page holds.
const others = [
  ...readdirSync(join(root, 'dist')).map((name) => ({ file: `dist/${name}`, budget: page })),
  ...readdirSync(join(root, 'build/wasm/src')).map((name) => ({ file: `build/wasm/src/${name}` })),
].filter(({ file }) =>
  /\/(\w+\.html|llm-slide-rule\.(?!iife)\w+\.js|slide-rule(-\w+)?\.wasm)$/u.test(file) &&
  !known.some((k) => k.file === file));

const isBuilt = ({ file }) => existsSync(join(root, file));
const rows = [...known.filter(isBuilt), ...others]
  .map(({ file, what = `\`${file}\``, budget = Infinity }) => {
    const bytes = readFileSync(join(root, file));
    return { what, file, budget, plain: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
  });
const kb = (n) => `${(n / 1000).toFixed(1)} KB`;
if (process.argv.includes('--markdown')) {
  console.log('| what | gzip | budget |\n|---|---|---|');
  for (const r of rows) console.log(`| ${r.what} | ${kb(r.gzip)} | ${r.budget === Infinity ? '–' : kb(r.budget)} |`);
} else {
  for (const r of rows) console.log(`${r.file}: ${r.plain} bytes, ${r.gzip} gzip, budget ${r.budget === Infinity ? 'none' : r.budget}${r.gzip > r.budget ? ' — OVER' : ''}`);
}
if (!isBuilt(known[0])) throw new Error('dist/index.html is not built');
if (rows.some((r) => r.gzip > r.budget)) process.exitCode = 1;
