// Gzip sizes of what is shipped against their budgets; fails over them. --markdown prints the README's table.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const budgets = [
  { what: 'hosted page (one request)', file: 'index.html', budget: 150_000 },
  { what: 'widget module', file: 'llm-slide-rule.js', budget: 120_000 },
  { what: 'wasm, catalogues included', file: 'slide-rule.wasm', budget: 60_000 },
];

const rows = budgets.map(({ what, file, budget }) => {
  const bytes = readFileSync(join(dist, file));
  return { what, file, budget, plain: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
});
const kb = (n) => `${(n / 1000).toFixed(1)} KB`;
if (process.argv.includes('--markdown')) {
  console.log('| what | gzip | budget |\n|---|---|---|');
  for (const r of rows) console.log(`| ${r.what} | ${kb(r.gzip)} | ${kb(r.budget)} |`);
} else {
  for (const r of rows) console.log(`${r.file}: ${r.plain} bytes, ${r.gzip} gzip, budget ${r.budget}${r.gzip > r.budget ? ' — OVER' : ''}`);
}
if (rows.some((r) => r.gzip > r.budget)) process.exitCode = 1;
