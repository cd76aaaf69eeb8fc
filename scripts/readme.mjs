// Writes the sizes into README.md, between their markers; --check fails where they are stale.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withPart } from './readme-part.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const file = join(root, 'README.md');

const parts = {
  sizes: () => execFileSync(process.execPath, [join(root, 'scripts/size.mjs'), '--markdown'], { encoding: 'utf8' }).trim(),
};

const before = readFileSync(file, 'utf8');
let after = before;
for (const [name, make] of Object.entries(parts)) after = withPart(after, name, make());
if (process.argv.includes('--check')) {
  if (after !== before) {
    console.error('README.md: measured parts are stale; run node scripts/readme.mjs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, after);
}
