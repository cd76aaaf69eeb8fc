import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from '../load.mjs';
import { ask } from './core.mjs';

const { importConfig, importConfigText, kMaxConfigCharacters, kMaxDepth } =
  await load('src/import/config.ts');

const llama = {
  ...{
    model_type: 'llama',
    hidden_size: 4096,
    num_hidden_layers: 32,
    num_attention_heads: 32,
  },
  ...{
    num_key_value_heads: 8,
    intermediate_size: 14336,
    vocab_size: 128256,
    max_position_embeddings: 131072,
  },
  tie_word_embeddings: false,
};
const mixtral = {
  ...llama,
  model_type: 'mixtral',
  num_local_experts: 8,
  num_experts_per_tok: 2,
};

const problems = (config) => importConfig(config).problems;
const only = (config, field, code, rest = {}) =>
  assert.deepEqual(problems(config), [{ field, code, ...rest }]);
const without = (config, key) => Object.fromEntries(Object.entries(config).filter(([k]) => k !== key));

test('what is missing is named', () => {
  for (const key of [
    'hidden_size',
    'num_hidden_layers',
    'num_attention_heads',
    'intermediate_size',
    'vocab_size',
  ]) {
    only(without(llama, key), key, 'missing');
    only({ ...llama, [key]: null }, key, 'missing');
  }
  only(without(mixtral, 'num_experts_per_tok'), 'num_experts_per_tok', 'missing');
  const nested = {
    model_type: 'a_thing_that_sees',
    text_config: without(llama, 'vocab_size'),
  };
  assert.deepEqual(
    problems({
      ...nested,
      text_config: { ...nested.text_config, model_type: 'x' },
    }),
    [{ field: 'text_config.vocab_size', code: 'missing' }],
  );
  assert.equal(problems({}).length > 0, true);
});

test('values that are no counts are named with what is wrong', () => {
  const bad = [
    ['4096', 'not-a-number'],
    [true, 'not-a-number'],
    [{}, 'not-a-number'],
    [-1, 'below-minimum', 1],
    [0, 'below-minimum', 1],
    [4096.5, 'not-whole'],
    [1e30, 'above-maximum', 1e7],
    [NaN, 'not-finite'],
    [Infinity, 'not-finite'],
  ];
  for (const [value, code, limit] of bad) {
    only({ ...llama, hidden_size: value }, 'hidden_size', code, limit === undefined ? {} : { limit });
  }
  only({ ...llama, num_hidden_layers: 1e30 }, 'num_hidden_layers', 'above-maximum', { limit: 1e4 });
  only({ ...llama, num_key_value_heads: 0 }, 'num_key_value_heads', 'below-minimum', { limit: 1 });
  only({ ...llama, tie_word_embeddings: 'no' }, 'tie_word_embeddings', 'wrong-type');
  only({ ...llama, layer_types: 'all' }, 'layer_types', 'wrong-type');
});

test('contradictions are named', () => {
  only({ ...llama, num_attention_heads: 24 }, 'num_attention_heads', 'must-divide', {
    limit: 4096,
    nearest: 'hidden_size',
  });
  assert.deepEqual(problems({ ...llama, num_attention_heads: 24, head_dim: 128 }), []);
  only({ ...llama, num_key_value_heads: 64 }, 'num_key_value_heads', 'above-maximum', { limit: 32 });
  only({ ...llama, num_key_value_heads: 5 }, 'num_key_value_heads', 'must-divide', { limit: 32 });
  only({ ...mixtral, num_experts_per_tok: 9 }, 'num_experts_per_tok', 'above-maximum', { limit: 8 });
  only({ ...mixtral, num_experts_per_tok: 0 }, 'num_experts_per_tok', 'below-minimum', { limit: 1 });
  const contradicts = { limit: 32, nearest: 'num_hidden_layers' };
  only(
    { ...llama, layer_types: Array(31).fill('full_attention') },
    'layer_types',
    'contradicts',
    contradicts,
  );
  only({ ...llama, num_key_value_heads: [8, 4] }, 'num_key_value_heads', 'contradicts', contradicts);
  only({ ...mixtral, mlp_layer_types: ['dense'] }, 'mlp_layer_types', 'contradicts', contradicts);
  only({ ...llama, model_type: 't5', is_encoder_decoder: true }, 'is_encoder_decoder', 'not-a-decoder');
  for (const encoder of ['bert', 'roberta', 'modernbert', 'distilbert'])
    only({ ...llama, model_type: encoder }, 'model_type', 'not-a-decoder');
});

test('what is no configuration', () => {
  for (const x of [null, undefined, 7, 'text', true, [], [llama]]) only(x, 'config', 'wrong-type');
  const text = (t) => importConfigText(t).problems;
  assert.deepEqual(text(''), [{ field: 'config', code: 'missing' }]);
  assert.deepEqual(text('  \n'), [{ field: 'config', code: 'missing' }]);
  for (const t of ['{', '{"a":}', 'hidden_size: 4096', '<html>', '{"a":1}}', "{'a': 1}", '\u0000']) {
    assert.deepEqual(text(t), [{ field: 'config', code: 'not-json-text' }], t);
  }
  assert.deepEqual(text('NaN'), [{ field: 'config', code: 'wrong-type' }]);
});

test('Python writes Infinity and NaN; a byte order mark comes first', () => {
  const text = JSON.stringify({ ...llama, note: 'Infinity, \\" NaN' });
  const python = `\uFEFF${text.replace(/\}$/u, ',"time_step_limit":[0.0,Infinity],"x":-Infinity,"y":NaN}')}`;
  assert.deepEqual(importConfigText(python), importConfigText(text));
  assert.deepEqual(importConfigText(python).problems, []);
});

function seconds(f) {
  const start = performance.now();
  f();
  return (performance.now() - start) / 1000;
}

test('10,000 levels and 50 MB are refused at once, with the limit', () => {
  for (const [open, close] of ['[]', ['{"a":', '}']]) {
    const deep = `{"model_type":"llama","x":${open.repeat(10_000)}1${close.repeat(10_000)}}`;
    const s = seconds(() => {
      assert.deepEqual(importConfigText(deep).problems, [
        { field: 'config', code: 'too-deep', limit: kMaxDepth },
      ]);
    });
    assert.ok(s < 2, `${s} s`);
  }
  const large = `{"x":"${'y'.repeat(50_000_000)}"}`;
  const s = seconds(() => {
    const limit = kMaxConfigCharacters;
    assert.deepEqual(importConfigText(large).problems, [{ field: 'config', code: 'too-long', limit }]);
  });
  assert.ok(s < 0.5, `${s} s`);
  // As an object, whatever nests in keys that nobody reads is not walked.
  let nested = {};
  for (let i = 0; i < 10_000; ++i) nested = { text_config: nested };
  assert.ok(problems(nested).length > 0);
  assert.deepEqual(problems({ ...llama, label2id: nested }), []);
});

test('text made to be slow is not slow', () => {
  const size = kMaxConfigCharacters - 100;
  const cases = [
    `{"a":"${'\\"'.repeat(size / 2)}`,
    `{"a":[${'-'.repeat(size)}`,
    `{"hybrid_override_pattern":"${'M'.repeat(size)}","num_hidden_layers":32}`,
    `{"model_type":"${'ForCausalLM'.repeat(size / 11)}"}`,
    `{"model_type":"llama","layer_types":[${'"full_attention",'.repeat(200_000)}"x"]}`,
    `{"model_type":"${'_'.repeat(size)}"}`,
  ];
  for (const text of cases) {
    const s = seconds(() => assert.ok(importConfigText(text).problems.length > 0));
    // Tenths of a second on a free machine; quadratic time would be hours.
    assert.ok(s < 10, `${text.slice(0, 40)}…: ${s} s`);
  }
});

test('keys with names of the language do no harm', () => {
  const text = JSON.stringify(llama).replace('{', '{"__proto__":{"hidden_size":1},"constructor":null,');
  assert.deepEqual(importConfigText(text).shape, importConfig(llama).shape);
  for (const type of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    assert.deepEqual(importConfig({ ...llama, model_type: type }).notes, ['unknown-architecture'], type);
  }
});

/** mulberry32 */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('whatever is changed in any configuration: a problem, or a shape that the core takes', async () => {
  const reference = new URL('../../reference/', import.meta.url);
  const more = Object.values(JSON.parse(readFileSync(new URL('model-configs-more.json', reference))).models);
  const real = [
    'gemma-4-e2b',
    'glm-5.3',
    'kimi-k3',
    'llama-4-scout',
    'mimo-v2-flash',
    'minimax-m3',
    'nemotron-super-49b',
    'nemotron-3-super-120b-a12b',
    'qwen3.5-35b-a3b',
    'gpt-oss-20b',
    'deepseek-v3',
    'phi-2',
  ].map(
    (id) =>
      JSON.parse(
        readFileSync(new URL(`model-configs/${id}.json`, reference), 'utf8').replaceAll('Infinity', '1'),
      ).config,
  );
  const values = [
    null,
    '',
    'x',
    '7',
    -1,
    0,
    1,
    2,
    3,
    7,
    0.5,
    1e4,
    1e5,
    1e9,
    1e30,
    -1e30,
    NaN,
    Infinity,
    true,
    false,
    [],
    [1],
    [0, 1],
    ['x'],
    [null],
    [[]],
    [[[1], 2]],
    {},
    { a: 1 },
    Array(32).fill(0),
    Array(32).fill(1),
    Array(32).fill('mamba'),
  ];
  const next = random(7);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const shapes = [];
  let refused = 0;
  for (const config of [...more, ...real]) {
    for (let round = 0; round < 60; ++round) {
      const changed = structuredClone(config);
      const inner = [
        changed,
        changed.text_config,
        changed.linear_attn_config,
        changed.attn_config,
        changed.sparse_attention_config,
      ].filter(Boolean);
      for (let n = 0; n <= next() * 3; ++n) {
        const target = pick(inner);
        target[pick(Object.keys(target))] = pick(values);
      }
      const imported = importConfig(changed);
      assert.equal(imported.shape === undefined, imported.problems.length > 0, JSON.stringify(changed));
      for (const p of imported.problems)
        assert.ok(typeof p.field === 'string' && p.field !== '' && /^[a-z-]+$/u.test(p.code));
      assert.doesNotMatch(JSON.stringify(imported), /null|NaN/u);
      if (imported.shape) shapes.push([changed, imported.shape]);
      else ++refused;
    }
  }
  const replies = await ask(shapes.map(([, model]) => ({ ask: 'model', model })));
  for (const [i, reply] of replies.entries()) {
    assert.deepEqual(
      reply.problems ?? [],
      [],
      `${JSON.stringify(shapes[i][0])}\n${JSON.stringify(shapes[i][1])}`,
    );
    assert.ok(Number.isFinite(reply.result.parameters) && reply.result.parameters > 0);
  }
  assert.ok(shapes.length > 500 && refused > 500, `${shapes.length} taken, ${refused} refused`);
});
