// Gzip sizes of what is shipped against their budgets; fails over them. --markdown prints the README's table.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const budgets = [
  { what: 'hosted page (one request)', file: 'dist/index.html', budget: 150_000 },
  { what: 'widget module', file: 'dist/llm-slide-rule.js', budget: 120_000 },
  { what: 'wasm of page and widget, catalogues included', file: 'build/wasm/src/slide-rule.wasm', budget: 60_000 },
  { what: 'page of all laws', file: 'dist/laws.html', budget: 150_000 },
  { what: 'page that fits own runs', file: 'dist/fit.html', budget: 150_000 },
  { what: 'wasm with every kind of question (npm package, batch command)', file: 'dist/slide-rule.wasm', budget: Infinity },
];

const rows = budgets.map(({ what, file, budget }) => {
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
if (rows.some((r) => r.gzip > r.budget)) process.exitCode = 1;
