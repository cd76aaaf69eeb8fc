// Prints the times of the fit table in WebAssembly and natively; with --readme, writes the table of README.md, too.
// Called by scripts/bench-table, which builds both.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withPart } from './readme-part.mjs';

const [native, wasm, option] = process.argv.slice(2);
const run = (command, args) => JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
const inWasm = run(process.execPath, [wasm]);
const natively = run(native, []);

const ms = (seconds) => `${(seconds * 1e3).toFixed(1)} ms`;
const us = (seconds) => `${(seconds * 1e6).toFixed(2)} µs`;
const count = (n) => n.toLocaleString('en');
const sizeOf = ({ models, gpus, cells }) =>
  `${count(models)} models × ${count(gpus)} GPUs × ${cells / models / gpus} methods = ${count(cells)} cells`;

const line = (...cells) => console.log(cells.map((c, i) => (i === 0 ? c.padEnd(68) : c.padStart(20))).join(''));
line('processor time, one core', 'WebAssembly', 'native');
const methods = Object.keys(inWasm).filter((key) => typeof inWasm[key] === 'number' && key !== 'sum');
for (const id of methods) line(`one estimate, ${id}`, us(inWasm[id]), us(natively[id]));
for (const part of ['first', 'whole', 'screenful', 'byModels', 'byGpus']) {
  inWasm[part].forEach((t, i) => line(`${part}: ${sizeOf(t)}`, ms(t.seconds), ms(natively[part][i].seconds)));
}
const growth = (list) => list.map((t) => (t.seconds / list.at(-1).seconds).toFixed(2)).join(' : ');
line('growth over a quarter, half and all of the models', growth(inWasm.byModels), growth(natively.byModels));
line('growth over a quarter, half and all of the GPUs', growth(inWasm.byGpus), growth(natively.byGpus));

const training = methods.filter((id) => !/vllm|llama|transformers/u.test(id));
const slowest = (times) => Math.max(...training.map((id) => times[id]));
const goals = [
  { what: 'the whole fit table', detail: sizeOf(inWasm.whole[0]), where: 'WebAssembly', seconds: inWasm.whole[0].seconds, goal: 0.1, unit: ms },
  { what: 'a screenful of it', detail: sizeOf(inWasm.screenful[0]), where: 'WebAssembly', seconds: inWasm.screenful[0].seconds, goal: 0.016, unit: ms },
  { what: 'one estimate of training', detail: `the slowest of ${training.length} methods, mean of all models`, where: 'native', seconds: slowest(natively), goal: 5e-6, unit: us },
];
for (const g of goals) {
  line(`goal: ${g.what}, ${g.where}`, g.unit(g.seconds), `of ${g.unit(g.goal)}`, `${Math.round((g.seconds / g.goal) * 100)} %`);
  if (g.seconds > g.goal) process.exitCode = 1;
}

if (option === '--readme') {
  const file = fileURLToPath(new URL('../README.md', import.meta.url));
  const share = (list) => list.map((t) => `${Math.round((t.seconds / list.at(-1).seconds) * 100)} %`);
  const [quarterOfModels, halfOfModels] = share(inWasm.byModels);
  const [quarterOfGpus, halfOfGpus] = share(inWasm.byGpus);
  const table = [
    `Processor time on one core, the best of seven, ${new Date().toISOString().slice(0, 10)}:`,
    '',
    '| what | where | time | goal |',
    '|---|---|---|---|',
    ...goals.map((g) => `| ${g.what}: ${g.detail} | ${g.where} | ${g.unit(g.seconds)} | ${g.unit(g.goal)} |`),
    '',
    `A quarter of the models takes ${quarterOfModels} of the time of all, half of them ${halfOfModels}; a quarter of the GPUs ${quarterOfGpus},`,
    `half of them ${halfOfGpus}, since what a method needs is worked out once for all cards of a kind. The first call`,
    `takes ${ms(inWasm.first[0].seconds)}, V8's compiling of the core on all its threads included.`,
  ];
  writeFileSync(file, withPart(readFileSync(file, 'utf8'), 'speed', table.join('\n')));
}
