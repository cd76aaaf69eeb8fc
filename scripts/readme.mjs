// Writes the parts of README.md that are measured, between their markers; --check fails where they are stale.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const file = join(root, 'README.md');

const parts = {
  sizes: () => execFileSync(process.execPath, [join(root, 'scripts/size.mjs'), '--markdown'], { encoding: 'utf8' }).trim(),
};

const before = readFileSync(file, 'utf8');
let after = before;
for (const [name, make] of Object.entries(parts)) {
  const marked = new RegExp(`(<!-- ${name}: [^>]*-->\\n)[\\s\\S]*?(<!-- /${name} -->)`, 'u');
  if (!marked.test(after)) throw new Error(`README.md has no markers for ${name}`);
  after = after.replace(marked, (_, head, tail) => `${head}${make()}\n${tail}`);
}
if (process.argv.includes('--check')) {
  if (after !== before) {
    console.error('README.md: measured parts are stale; run node scripts/readme.mjs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, after);
}
