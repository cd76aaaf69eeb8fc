#!/usr/bin/env node
// The batch command: one JSON question a line in, one JSON answer a line out, in order.
//   node scripts/llm-slide-rule.mjs < questions.jsonl > answers.jsonl
//   --help lists every kind and field, --schema prints a JSON Schema, --version the version.
// Works in a checkout after scripts/build, and as the `bin` of the npm package.

import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const built = ['./', '../', '../dist/'].map((p) => new URL(p, import.meta.url)).find((p) => existsSync(new URL('batch.js', p)));
if (!built) {
  console.error('llm-slide-rule: not built yet; run scripts/build first');
  process.exit(2);
}
const { answerLine, createEngine, help, jsonSchema, version } = await import(new URL('batch.js', built).href);
const engine = await createEngine({ wasmBinary: readFileSync(new URL('slide-rule.wasm', built)) });

const flag = process.argv[2];
if (flag === '--help' || flag === '-h') {
  console.log(help(engine));
} else if (flag === '--schema') {
  console.log(JSON.stringify(jsonSchema(engine), null, 2));
} else if (flag === '--version') {
  console.log(version);
} else if (flag !== undefined) {
  console.error(`llm-slide-rule: unknown option ${flag}; see --help`);
  process.exitCode = 2;
} else {
  // A reader that stops early (head) closes the pipe: that is no error of ours.
  process.stdout.on('error', (e) => process.exit(e.code === 'EPIPE' ? 0 : 1));
  let number = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === '') continue;
    const { text, isJson } = answerLine(engine, number === 1 ? line.replace(/^\uFEFF/u, '') : line, number);
    if (!isJson) process.exitCode = 1;
    if (!process.stdout.write(text + '\n')) await new Promise((drained) => process.stdout.once('drain', drained));
  }
}
