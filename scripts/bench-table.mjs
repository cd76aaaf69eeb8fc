// Prints the times of the fit table in WebAssembly and natively. Called by scripts/bench-table, which builds both.

import { execFileSync } from 'node:child_process';

const [native, wasm] = process.argv.slice(2);
const run = (command, args) => JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
const inWasm = run(process.execPath, [wasm]);
const natively = run(native, []);

const ms = (seconds) => `${(seconds * 1e3).toFixed(1)} ms`.padStart(10);
const us = (seconds) => `${(seconds * 1e6).toFixed(2)} µs`.padStart(10);
const row = (name, wasmText, nativeText) => console.log(`${name.padEnd(44)}${wasmText}${nativeText}`);

row('', 'WebAssembly'.padStart(10), 'native'.padStart(9));
const methods = Object.keys(inWasm).filter((key) => typeof inWasm[key] === 'number' && key !== 'sum');
for (const id of methods) row(`one estimate, ${id}`, us(inWasm[id]), us(natively[id]));
for (const part of ['whole', 'screenful', 'byModels', 'byGpus']) {
  inWasm[part].forEach((t, i) => {
    row(
      `${part}: ${t.models} models x ${t.gpus} GPUs = ${t.cells.toLocaleString('en')} cells`,
      ms(t.seconds),
      ms(natively[part][i].seconds),
    );
  });
}
const growth = (list) => list.map((t) => (t.seconds / list.at(-1).seconds).toFixed(2)).join(' : ');
console.log(`growth over models 1/4 : 1/2 : 1   ${growth(inWasm.byModels)}   over GPUs   ${growth(inWasm.byGpus)}`);

const misses = [
  inWasm.whole[0].seconds > 0.1 && 'the whole table takes more than 100 ms',
  inWasm.screenful[0].seconds > 0.016 && 'a screenful takes more than 16 ms',
  methods.some((id) => !/vllm|llama|transformers/u.test(id) && natively[id] > 5e-6) && 'a training estimate takes more than 5 µs',
].filter(Boolean);
for (const miss of misses) console.error(miss);
process.exitCode = misses.length ? 1 : 0;
