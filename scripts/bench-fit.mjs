// Runs the fit in WebAssembly, natively and by scipy on the same runs and prints the times and their ratios. Called by
// scripts/bench-fit, which builds the first two. Fails where the speed goals (50 x scipy, 0.3 s) are missed.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [native, wasm] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'bench-fit-'));
const runs = join(folder, 'runs.csv');
const chinchilla = process.env.SLIDE_RULE_CHINCHILLA_CSV;
if (chinchilla) {
  const rows = readFileSync(chinchilla, 'utf8').trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
  const highest = new Set([...rows].sort((a, b) => b[3] - a[3]).slice(0, 5));
  const kept = rows.filter((row) => !highest.has(row)).map(([n, c, , loss]) => `${n},${c / (6 * n)},${loss}`);
  writeFileSync(runs, `parameters,tokens,loss\n${kept.join('\n')}\n`);
} else {
  console.log('SLIDE_RULE_CHINCHILLA_CSV is not set: 240 planted runs are fitted instead.');
  writeFileSync(runs, execFileSync(native, ['runs']));
}

const run = (command, args) => JSON.parse(execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1e8 }));
const inWasm = run(process.execPath, [wasm, 'speed', runs]);
const natively = run(native, ['speed', runs]);
const byScipy = run('/usr/bin/python3', [join(import.meta.dirname, '../tests/bench/fit_scipy.py'), runs]);
rmSync(folder, { recursive: true });

const ms = (seconds) => `${(seconds * 1000).toFixed(seconds < 0.01 ? 2 : 0)} ms`.padStart(10);
const row = (name, r) =>
  console.log(
    `${name.padEnd(12)}${ms(r.startSeconds)}${ms(r.refitSeconds)}${ms(r.seconds)}   ` +
      `${((100 * r.converged) / r.starts).toFixed(1).padStart(5)} %   ${r.objective.toPrecision(13)}`,
  );
console.log(`${inWasm.rows} runs       starts    refits     total   at optimum   objective`);
row('WebAssembly', inWasm);
row('native', natively);
row('scipy', byScipy);
const times = (a, b) => (a / b).toFixed(1);
const alone = inWasm.ungroupedStartSeconds;
console.log(`scipy / WebAssembly: ${times(byScipy.seconds, inWasm.seconds)}x`);
console.log(
  `  with each of the 4,500 starts solved on its own (${(alone * 1000).toFixed(0)} ms): ` +
    `${times(byScipy.seconds, alone + inWasm.refitSeconds)}x`,
);
console.log(`WebAssembly / native: ${(inWasm.seconds / natively.seconds).toFixed(2)}x`);
const { E, A, B, alpha, beta, a } = inWasm;
console.log(`constants: E ${E}  A ${A}  B ${B}  alpha ${alpha}  beta ${beta}  a ${a}`);
const errors = (r) => r.standardErrors.map((s) => s.toPrecision(6)).join('  ');
console.log(`standard errors (E A B alpha beta a): ${errors(inWasm)}`);
console.log(`                           by scipy:  ${errors(byScipy)}`);
const same = ['objective', 'E', 'A', 'B', 'alpha', 'beta'].every((k) => inWasm[k] === natively[k]);
console.log(`native and WebAssembly constants: ${same ? 'the same to the last printed digit' : 'different'}`);
process.exitCode = byScipy.seconds / inWasm.seconds >= 50 && inWasm.seconds <= 0.3 ? 0 : 1;
