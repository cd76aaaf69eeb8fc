// The core for tests that ask it about an imported shape: the WebAssembly build where there is one, as the page has it,
// else the native command.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadEngine } from '../load.mjs';

const path = (p) => fileURLToPath(new URL(`../../../${p}`, import.meta.url));

/** Answers to questions of the batch contract, in order. */
export async function ask(questions) {
  if (existsSync(path('dist/slide-rule.wasm')) && existsSync(path('web/src/generated/slide-rule.mjs'))) {
    const engine = await loadEngine();
    return questions.map((q) => engine.ask(q));
  }
  const input = questions.map((q) => `${JSON.stringify(q)}\n`).join('');
  const output = execFileSync(path('build/dev/tests/ask_jsonl'), {
    input,
    maxBuffer: 1 << 28,
  });
  return output
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
