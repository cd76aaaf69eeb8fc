// Assembles the npm package in build/npm from what scripts/build wrote and packs it: prints the path of the tarball.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manifestOf } from './custom-elements.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const web = join(root, 'web');
const out = join(root, 'build/npm');
const version = /VERSION (\d+\.\d+\.\d+)/u.exec(readFileSync(join(root, 'CMakeLists.txt'), 'utf8'))[1];

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'bin'), { recursive: true });
for (const file of readdirSync(join(root, 'dist'))) {
  // Links lead to the pages, which lie beside the element.
  if (/\.(js|wasm|html)$/u.test(file) && file !== 'service-worker.js') cpSync(join(root, 'dist', file), join(out, 'dist', file));
}
cpSync(join(root, 'scripts/llm-slide-rule.mjs'), join(out, 'bin/llm-slide-rule.mjs'));
cpSync(join(web, 'npm/README.md'), join(out, 'README.md'));
cpSync(join(web, 'npm/server.js'), join(out, 'server.js'));
cpSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
const description = JSON.parse(readFileSync(join(web, 'npm/package.json'), 'utf8'));
writeFileSync(join(out, 'package.json'), JSON.stringify({ ...description, version }, null, 2) + '\n');
writeFileSync(join(out, 'custom-elements.json'), JSON.stringify(manifestOf(), null, 2) + '\n');

execFileSync(process.execPath, [join(web, 'node_modules/typescript/bin/tsc'), '-p', join(web, 'npm/tsconfig.json')], { stdio: ['ignore', 2, 2] });
cpSync(join(web, 'npm/index.d.ts'), join(out, 'types/index.d.ts'));
// Node's own resolution wants the endings that the bundler's does without.
for (const file of readdirSync(join(out, 'types'), { recursive: true }).filter((f) => f.endsWith('.d.ts'))) {
  const text = readFileSync(join(out, 'types', file), 'utf8');
  writeFileSync(join(out, 'types', file), text.replace(/(from '|import\(")(\.[^'"]*?)(?:\.js)?(?=['"])/gu, '$1$2.js'));
}

const packed = JSON.parse(execFileSync('npm', ['pack', '--json', '--loglevel=error'], { cwd: out, encoding: 'utf8' }));
console.log(join(out, packed[0].filename));
