import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const run = (input, ...options) =>
  spawnSync(process.execPath, ['scripts/llm-slide-rule.mjs', ...options], { cwd: root, input, encoding: 'utf8' });
const ask = (...questions) => {
  const { stdout, status } = run(questions.map((q) => (typeof q === 'string' ? q : JSON.stringify(q))).join('\n'));
  return { answers: stdout.trim().split('\n').map((l) => JSON.parse(l)), status };
};

test('answers come in order, with id and ask', () => {
  const { answers, status } = ask(
    { id: 'a', ask: 'rule-of-thumb', rule: 'article-2024', parameters: 2e9, task: 'training' },
    { id: 'b', ask: 'loss', law: 'kaplan-2020-compute', computeFlop: 8.64e19 },
    { id: 'c', ask: 'target-loss', law: 'kaplan-2020-parameters', loss: 2.4 },
    { id: 'd', ask: 'max-parameters', rule: 'article-2024', task: 'training', memoryBytes: 48e9 },
  );
  assert.equal(status, 0);
  assert.deepEqual(answers.map((a) => a.id), ['a', 'b', 'c', 'd']);
  assert.equal(answers[0].totalBytes, 48e9);
  assert.ok(Math.abs(answers[1].loss - 2.3e8 ** 0.05) < 1e-12);
  assert.ok(Math.abs(answers[2].parameters / (8.8e13 / 2.4 ** (1 / 0.076)) - 1) < 1e-12);
  assert.equal(answers[3].parameters, 2e9);
});

test('a line that is not JSON gets its number, the next lines are answered, the exit status is 1', () => {
  const { answers, status } = ask('{"id":"a"', { id: 'b', ask: 'rule-of-thumb', parameters: 1 });
  assert.equal(status, 1);
  assert.equal(answers[0].problems[0].code, 'not-json');
  assert.match(answers[0].problems[0].message, /Line 1/u);
  assert.equal(answers[1].totalBytes, 24);
});

test('unknown fields, kinds and ids are problems with the nearest known one', () => {
  const { answers } = ask(
    { ask: 'rule-of-thumb', paramters: 1 },
    { ask: 'rule-of-tumb', parameters: 1 },
    { ask: 'max-parameters', rule: 'article-2024', gpu: 'rtx-4900' },
    { ask: 'loss', law: 'kaplan-2020-compyte', computeFlop: 1 },
  );
  assert.deepEqual(answers.map((a) => a.problems.find((p) => p.nearest)?.nearest), [
    'parameters',
    'rule-of-thumb',
    'rtx-4090',
    'kaplan-2020-compute',
  ]);
  for (const a of answers) for (const p of a.problems) assert.ok(p.message.length > 10);
});

test('a word that is like none is told the few there are', () => {
  const { answers } = ask(
    { ask: 'rule-of-thumb', parameters: 1, task: 'cooking' },
    { ask: 'rule-of-thumb', parameters: 1, task: 'trainning' },
    { ask: 'fit', model: 'llama-3.1-8b', gpu: 'rtx-4090', task: 'inference', contextTokens: 1, weightFormat: 'zzz' },
  );
  const [few, near, many] = answers.map((a) => a.problems[0].message);
  assert.equal(few, 'This is not one of the choices. Choose one of: inference, training.');
  assert.equal(near, 'This is not one of the choices. Did you mean training?');
  assert.equal(many, 'This is not one of the choices.');
});

test('what one card cannot be divided by says what to do', () => {
  const { answers } = ask({
    ask: 'fit', model: 'llama-3.1-8b', gpu: 'rtx-4090', task: 'inference', contextTokens: 8192, tensorParallel: 2,
  });
  assert.match(answers[0].problems[0].message, /^Leave this empty, or raise the other number\. It goes with: /u);
});

test('wrong types never pass and never crash', () => {
  const values = ['7e9', true, null, [], {}, -1, 0, 1e400];
  const { answers } = ask(...values.map((parameters) => ({ ask: 'rule-of-thumb', parameters })));
  for (const a of answers) assert.ok(a.problems?.length > 0, JSON.stringify(a));
  for (const line of ['null', '[]', '"x"', '3', '{}']) assert.ok(ask(line).answers[0].problems, line);
});

test('a model is an id, a config.json or a bare count', () => {
  const config = JSON.parse(readFileSync(`${root}tests/reference/model-configs/llama-3.1-8b.json`, 'utf8')).config;
  const { answers } = ask(
    { ask: 'model', model: 'llama-3.1-8b' },
    { ask: 'model', model: config },
    { ask: 'model', model: { parameters: 7e9 } },
    { ask: 'model', model: { ...config, num_hidden_layers: -3 } },
    { ask: 'model', model: 'llama-3.1-9b' },
    { ask: 'model', model: { ...config, model_type: 'of_next_year', architectures: undefined } },
  );
  assert.ok(answers[5].assumptions.some((a) => a.id === 'unknown-architecture'));
  assert.deepEqual(answers[1].assumptions, answers[0].assumptions);
  assert.equal(answers[0].parameters, 8030261248);
  assert.equal(answers[1].parameters, 8030261248);
  assert.ok(answers[2].assumptions.some((a) => a.id === 'shape-estimated'));
  assert.match(answers[3].problems[0].field, /^model\..*num_hidden_layers/u);
  assert.equal(answers[4].problems[0].nearest, 'llama-3.1-8b');
});

test('--help names every kind and --schema is JSON', () => {
  const help = run('', '--help').stdout;
  const schema = JSON.parse(run('', '--schema').stdout);
  const kinds = schema.$defs.question.oneOf.map((k) => k.title);
  for (const kind of ['rule-of-thumb', 'loss', 'target-loss', 'max-parameters']) {
    assert.ok(kinds.includes(kind), kind);
    assert.ok(help.includes(`"ask": "${kind}"`), kind);
  }
  // What each kind answers, in a line.
  for (const { title, description } of schema.$defs.question.oneOf) {
    assert.ok(description.length > 10, title);
    assert.ok(help.includes(description), title);
  }
  assert.match(help, /"ask": "peer-rules" +Why does another calculator say something else\?/u);
});

const native = `${root}build/dev/tests/ask_jsonl`;
test('native and WebAssembly agree to 1e-12', { skip: existsSync(native) ? false : 'the native tool was not built' }, () => {
  const questions = [];
  for (let e = 3; e <= 15; e += 0.25) {
    const x = 10 ** e;
    questions.push(
      { ask: 'rule-of-thumb', parameters: x },
      { ask: 'loss', law: 'kaplan-2020-parameters', parameters: x },
      { ask: 'loss', law: 'kaplan-2020-data', tokens: x },
      { ask: 'loss', law: 'kaplan-2020-compute', computeFlop: x * 1e9 },
      { ask: 'loss', law: 'kaplan-2020-joint', parameters: x, tokens: 3 * x },
      { ask: 'loss', law: 'gpt3-2020-compute', computeFlop: x * 1e9 },
      { ask: 'target-loss', law: 'kaplan-2020-compute', loss: 1.2 + e / 4 },
      { ask: 'rule-table', parameters: x, devices: [{ memoryBytes: x, gpus: 3 }] },
    );
  }
  for (const law of ['hoffmann-2022', 'besiroglu-2024', 'muennighoff-2023', 'kaplan-2020-steps', 'deepseek-2024', 'porian-2024']) {
    for (const computeFlop of [1e18, 1e21, 1e24]) questions.push({ ask: 'optimal', law, computeFlop });
    questions.push({ ask: 'laws', law });
  }
  const gpu = 'h100-sxm';
  for (const model of ['llama-3.1-8b', 'gemma-3-27b', 'qwen3-30b-a3b', 'deepseek-v3', { parameters: 7e9 }]) {
    const serve = { model, contextTokens: 8192, batch: 4, gpus: 8, tensorParallel: 8 };
    const train = { model, sequenceTokens: 4096, microBatch: 2, gpus: 8, sharding: 'zero3', recompute: 'selective' };
    questions.push(
      { ask: 'model', model },
      ...['transformers', 'vllm', 'llama.cpp', 'exllamav2'].map((engine) => ({ ask: 'inference-memory', ...serve, engine })),
      { ask: 'decode-speed', ...serve, engine: 'vllm', gpu, promptTokens: 1000, outputTokens: 100 },
      ...['full', 'lora', 'qlora'].map((method) => ({ ask: 'training-memory', ...train, method })),
      ...['full', 'lora'].map((method) => ({ ask: 'fit', task: 'training', ...train, method, gpu })),
      { ask: 'max-context', task: 'inference', ...serve, gpu },
      { ask: 'max-batch', task: 'training', ...train, gpu },
      { ask: 'advice', task: 'training', ...train, gpu },
      { ask: 'training-time', model, tokens: 1e12, gpu, gpus: 64 },
    );
  }
  const input = questions.map((q) => JSON.stringify(q)).join('\n');
  const lines = (text) => text.trim().split('\n').map((l) => JSON.parse(l));
  const fromNative = lines(execFileSync(native, { input, encoding: 'utf8' }));
  const fromWasm = lines(run(input).stdout);
  const compare = (a, b, path) => {
    if (typeof a === 'number') {
      // A law's interval comes from differences of two losses 1e-5 apart, which leave five digits fewer.
      const tolerance = /nterval\.(low|high)$/u.test(path) ? 1e-10 : 1e-12;
      assert.ok(Math.abs(a - b) <= tolerance * Math.abs(a), `${path}: ${a} ${b}`);
    } else if (typeof a === 'object' && a !== null) {
      for (const key of Object.keys(a)) compare(a[key], b?.[key], `${path}.${key}`);
    } else {
      assert.equal(b, a, path);
    }
  };
  assert.equal(fromWasm.length, fromNative.length);
  fromNative.forEach((n, i) => {
    if (n.result) compare(n.result, fromWasm[i], JSON.stringify(questions[i]));
    else assert.deepEqual(fromWasm[i].problems.map((p) => [p.field, p.code]), n.problems.map((p) => [p.field, p.code]));
  });
});

test('every law of the contract answers what it can, and says what it cannot', () => {
  const gives = `kaplan-2020-parameters kaplan-2020-data kaplan-2020-compute kaplan-2020-compute-eq13 kaplan-2020-joint
    kaplan-2020-steps gpt3-2020-compute henighan-2020-compute hoffmann-2022 hoffmann-2022-unrounded besiroglu-2024
    muennighoff-2023 gadre-2024-c4 gadre-2024-redpajama gadre-2024-refinedweb cerebras-2023 clark-2022-sbase
    krajewski-2024 ludziejewski-2025 kumar-2024`.split(/\s+/u);
  const allocates = 'hoffmann-2022-approach-1 hoffmann-2022-approach-2 deepseek-2024 llama3-2024 minicpm-2024 porian-2024'.split(' ');
  const values = { parameters: 1e9, tokens: 2e10, computeFlop: 1e21, steps: 1e5, experts: 8, granularity: 1 };
  const { answers: rows } = ask(...[...gives, ...allocates].map((law) => ({ ask: 'laws', law })));
  const asked = rows.map((r) => {
    const row = r.laws[0];
    const needed = row.inputs.filter((i) => !i.optional).map((i) => i.field);
    if (!row.givesLoss) return { ask: 'optimal', law: row.id, computeFlop: 1e22 };
    return { ask: 'loss', law: row.id, ...Object.fromEntries(needed.map((f) => [f, values[f]])) };
  });
  const { answers } = ask(...asked, ...allocates.map((law) => ({ ask: 'loss', law, computeFlop: 1e22 })), {
    ask: 'hyperparameters',
    law: 'step-law-2025',
    parameters: 1e9,
    tokens: 2e10,
  });
  for (const [i, law] of gives.entries()) assert.ok(answers[i].loss > 1 && answers[i].loss < 20, `${law} ${JSON.stringify(answers[i])}`);
  for (const [i, law] of allocates.entries()) {
    assert.ok(answers[gives.length + i].parameters > 1e8, law);
    assert.equal(answers[gives.length + allocates.length + i].problems[0].code, 'no-loss', law);
  }
  assert.ok(answers.at(-1).learningRate > 0);
});

test('training time takes a model and a GPU by name, with attention where the sequence is known', () => {
  const plain = { ask: 'training-time', model: 'llama-3.1-8b', tokens: 1e12, gpu: 'h100-sxm', gpus: 64, mfu: 0.4, pricePerGpuHour: 2 };
  const { answers } = ask(plain, { ...plain, sequenceTokens: 8192 }, { ask: 'training-time', tokens: 1e12, parameters: 8e9 });
  assert.ok(answers[1].flop > answers[0].flop);
  assert.ok(Math.abs(answers[0].gpuHours / ((answers[0].seconds * 64) / 3600) - 1) < 1e-12);
  assert.equal(answers[0].cost, answers[0].gpuHours * 2);
  assert.deepEqual(answers[2].problems.map((p) => [p.field, p.code]), [['gpu', 'missing']]);
});
