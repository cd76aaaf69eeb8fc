import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from '../load.mjs';
import { ask } from './core.mjs';
import { models } from './gguf-models.mjs';
import { blocks, Bytes, FileOf, fileOf, gguf, safetensors } from './model-files.mjs';

const { importFiles, kMaxHeaderBytes } = await load('src/import/files.ts');
const { readModelText, shapeToText } = await load('src/state/model-text.ts');
const catalogue = JSON.parse(
  readFileSync(new URL('../../../src/catalog/models.json', import.meta.url)),
).models;

const check = readFileSync(new URL('../../reference/models-check.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const published = new Map(check.slice(1).map((line) => [line.split(',')[0], Number(line.split(',')[1])]));

test('GGUF: the weights to the byte, and the shape that the core counts to the same parameters', async () => {
  for (const [id, model] of Object.entries(models)) {
    const file = fileOf(gguf(model));
    const imported = await importFiles([file]);
    assert.deepEqual(imported.problems, [], id);
    assert.equal(imported.notes.includes('file-incomplete'), false, id);
    assert.ok(imported.family, `${id} is not recognised`);
    const parameters = model.parameters ?? published.get(id);
    assert.equal(imported.weights.elements - (model.besides ?? 0), parameters, `${id} elements`);
    const [reply] = await ask([{ ask: 'model', model: imported.shape }]);
    assert.deepEqual(reply.problems ?? [], [], id);
    assert.equal(reply.result.parameters, parameters, `${id} ${JSON.stringify(imported.shape)}`);
    const { weights } = imported;
    assert.equal(
      weights.weightBytes,
      weights.formats.reduce((n, f) => n + f.bytes, 0),
    );
    assert.equal(weights.layerBytes.length, imported.shape.layers);
    const outer = weights.weightBytes - weights.layerBytes.reduce((a, b) => a + b, 0);
    assert.ok(
      outer >= weights.embeddingBytes + weights.headBytes &&
        outer < weights.embeddingBytes + weights.headBytes + 8e6,
      id,
    );
    // Only the head was read.
    assert.ok(
      file.read < 2 * file.head.length + (1 << 20),
      `${id}: read ${file.read} of a head of ${file.head.length}`,
    );
  }
});

const sum = (list) => list.reduce((a, b) => a + b, 0);
const termsOf = async (question) => {
  const [reply] = await ask([{ ask: 'inference-memory', contextTokens: 4096, ...question }]);
  assert.deepEqual(reply.problems ?? [], []);
  const of = (id) => sum(reply.result.terms.filter((t) => t.id === id).map((t) => t.bytes));
  return {
    device: of('weights'),
    host: of('weights-host'),
    result: reply.result,
  };
};

test('GGUF, from header to estimate: weights are the sum of the tensors, to the byte', async () => {
  for (const [id, model] of Object.entries(models)) {
    const { shape, file, weights, weightFormat, notes } = await importFiles([fileOf(gguf(model))]);
    assert.equal(notes.includes('weights-from-shape'), false, id);
    const all = model.tensors.map(
      (t) => (t.dims.reduce((n, d) => n * d, 1) / blocks[t.type][0]) * blocks[t.type][1],
    );
    assert.equal(weights.weightBytes, sum(all), id);
    const stored = readModelText(shapeToText({ ...shape, file })).value;
    assert.deepEqual(stored, { ...shape, file }, `${id} comes back from a link`);
    const question = { model: stored, engine: 'llama.cpp', weightFormat };
    const loaded = sum(all) - (file.predictionLayers ?? 0);
    const copy = shape.tiedEmbeddings ? file.embedding : 0;
    const whole = await termsOf(question);
    assert.equal(whole.device + whole.host, loaded + copy, id);
    assert.equal(whole.host, file.embedding + (file.tables ?? 0), id);
    assert.ok(
      whole.result.assumptions.some((a) => a.id === 'file-weights' && a.value === sum(all)),
      id,
    );
    // The last three layers, the head and the last norm are on the card.
    const some = await termsOf({ ...question, gpuLayers: 4 });
    const tail = sum(file.layers.slice(-3)) + (file.head ?? 0) + copy + file.other;
    assert.equal(some.device, tail, `${id} partly offloaded`);
    assert.equal(some.device + some.host, loaded + copy, id);
  }
});

test('safetensors, from header to estimate: weights are the sum of the tensors, to the byte', async () => {
  const config = {
    model_type: 'qwen3_moe',
    hidden_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    head_dim: 16,
    moe_intermediate_size: 32,
    intermediate_size: 128,
    num_experts: 4,
    num_experts_per_tok: 2,
    vocab_size: 100,
    tie_word_embeddings: false,
  };
  const layer = (i, dtype) =>
    Object.fromEntries([
      [`model.layers.${i}.self_attn.q_proj.weight`, { dtype, shape: [64, 64] }],
      [`model.layers.${i}.mlp.gate.weight`, { dtype: 'F32', shape: [4, 64] }],
      ...[0, 1, 2, 3].map((e) => [
        `model.layers.${i}.mlp.experts.${e}.up_proj.weight`,
        { dtype, shape: [32, 64] },
      ]),
    ]);
  const tensors = {
    'model.embed_tokens.weight': { dtype: 'BF16', shape: [100, 64] },
    ...layer(0, 'BF16'),
    ...layer(1, 'F32'),
    'mtp.layers.0.mlp.experts.0.up_proj.weight': {
      dtype: 'BF16',
      shape: [32, 64],
    },
    'model.norm.weight': { dtype: 'BF16', shape: [64] },
    'lm_head.weight': { dtype: 'BF16', shape: [100, 64] },
  };
  const text = new FileOf(new TextEncoder().encode(JSON.stringify(config)));
  const { shape, file, weights } = await importFiles([text, fileOf(safetensors(tensors))]);
  assert.deepEqual(file, {
    format: 'bf16',
    embedding: 12800,
    head: 12800,
    other: 128,
    predictionLayers: 4096,
    layers: [8192 + 1024 + 4 * 4096, 16384 + 1024 + 4 * 8192],
    experts: [4 * 4096, 4 * 8192],
  });
  const { device } = await termsOf({
    model: { ...shape, file },
    engine: 'vllm',
    weightFormat: 'bf16',
  });
  assert.equal(device, weights.weightBytes - 4096);
  const shard = await importFiles([
    text,
    fileOf(safetensors({ 'model.norm.weight': { dtype: 'BF16', shape: [64] } })),
  ]);
  assert.equal(shard.file, undefined);
  assert.ok(shard.notes.includes('weights-from-shape'));
});

test('what the file holds is checked by the core', async () => {
  const { shape, file } = await importFiles([fileOf(gguf(models['qwen2.5-7b']))]);
  const wrong = async (change) => {
    const model = { ...shape, file: { ...file, ...change } };
    const [reply] = await ask([{ ask: 'inference-memory', contextTokens: 4096, model }]);
    return reply.problems?.map((p) => `${p.field} ${p.code}`);
  };
  assert.equal(await wrong({}), undefined);
  assert.deepEqual(await wrong({ layers: file.layers.slice(1) }), ['model.file.layers contradicts']);
  assert.deepEqual(await wrong({ layers: file.layers.with(2, -1) }), ['model.file.layers[2] below-minimum']);
  assert.deepEqual(await wrong({ embedding: 1.5 }), ['model.file.embedding not-whole']);
  assert.deepEqual(await wrong({ head: 1e300 }), ['model.file.head above-maximum']);
  assert.deepEqual(await wrong({ format: 'Q9' }).then((p) => p.length), 1);
});

test('a file type without a name is that of most bytes', async () => {
  const meta = { ...small.meta };
  const { weightFormat, notes } = await importFiles([fileOf(gguf({ ...small, meta }))]);
  assert.equal(weightFormat, 'F32');
  assert.ok(notes.includes('format-by-tensors'));
});

test('GGUF: what the shape says beyond the count', async () => {
  const shapeOf = async (id) => (await importFiles([fileOf(gguf(models[id]))])).shape;
  const llama = await importFiles([fileOf(gguf(models['llama-3.1-8b']))]);
  assert.equal(llama.name, 'Meta Llama 3.1 8B');
  assert.equal(llama.weightFormat, 'Q4_K_M');
  // 226 matrices in Q4_K and Q6_K of 144 and 210 bytes for 256 weights, norms in fp32.
  const q4 = llama.weights.formats.find((f) => f.format === 'Q4_K');
  assert.equal(q4.bytes, (q4.elements / 256) * 144);
  const gemma = await shapeOf('gemma-3-4b');
  assert.equal(gemma.layerTypes, 'sssssf');
  assert.equal(gemma.window, 1024);
  assert.equal(gemma.tiedEmbeddings, true);
  const hybrid = await shapeOf('nemotron-nano-9b-v2');
  const letters = models['nemotron-nano-9b-v2'].pattern;
  const repeated = hybrid.layerTypes.repeat(9).slice(0, 56);
  assert.equal(repeated, letters.replaceAll('M', 'r').replaceAll('*', 'f').replaceAll('-', 'n'));
  assert.equal(hybrid.normsPerLayer, 1);
  const deepseek = await shapeOf('deepseek-v3');
  assert.deepEqual(deepseek.mla, {
    kvRank: 512,
    qRank: 1536,
    ropeDim: 64,
    nopeDim: 128,
  });
  assert.equal(deepseek.experts.firstDense, 3);
  const next = await shapeOf('qwen3-coder-next');
  assert.equal(next.attentionGate, 'elementwise');
  assert.equal(next.layerTypes, 'rrrf');
  assert.equal((await shapeOf('gpt-oss-20b')).sinkLayers, 'sf');
});

test('GGUF: the shape is that of the catalogue, field by field', async () => {
  const flat = (o, path = '', into = {}) => {
    for (const [k, v] of Object.entries(o)) {
      if (v && typeof v === 'object' && !Array.isArray(v)) flat(v, `${path}${k}.`, into);
      else into[path + k] = JSON.stringify(v);
    }
    return into;
  };
  const different = [];
  for (const [id, model] of Object.entries(models)) {
    const row = catalogue.find((m) => m.id === id);
    if (!row) continue;
    const got = flat((await importFiles([fileOf(gguf(model))])).shape);
    const want = flat(row.shape);
    for (const key of new Set([...Object.keys(got), ...Object.keys(want)])) {
      if (got[key] !== want[key]) different.push(`${id} ${key}: ${got[key]} ${want[key]}`);
    }
  }
  // What GGUF does not say: towers, MTP, the activation's kind, dropout.
  const told = different.filter(
    (d) => !/ (towerParameters|mtp\.|activation|logitSoftcap|.*[dD]ropout)/u.test(d),
  );
  assert.deepEqual(told, []);
});

test('GGUF: versions 1 to 3 and both byte orders say the same', async () => {
  const model = models['qwen2.5-7b'];
  const expected = await importFiles([fileOf(gguf(model))]);
  for (const version of [1, 2, 3]) {
    for (const littleEndian of [true, false]) {
      const imported = await importFiles([fileOf(gguf({ ...model, version, littleEndian }))]);
      assert.deepEqual(imported.shape, expected.shape, `version ${version}`);
      assert.deepEqual(imported.weights, expected.weights);
      assert.equal(imported.notes.includes('big-endian'), !littleEndian);
    }
  }
});

const small = {
  meta: {
    'general.architecture': 'llama',
    'general.alignment': 32,
    'llama.block_count': 1,
    'llama.embedding_length': 64,
    'llama.feed_forward_length': 128,
    'llama.attention.head_count': 4,
    'llama.context_length': 2048,
    'tokenizer.ggml.tokens': ['a', 'b', 'c'],
    'tokenizer.ggml.scores': { type: 9, value: { type: 6, items: [0, 1, 2] } },
    'x.nested': {
      type: 9,
      value: {
        type: 9,
        items: [
          { type: 5, items: [1, 2] },
          { type: 8, items: ['y'] },
        ],
      },
    },
    'x.large': { type: 10, value: 2n ** 63n },
    'x.small': { type: 11, value: -5n },
    'x.flag': true,
    'x.double': { type: 12, value: 0.5 },
  },
  tensors: [
    { name: 'token_embd.weight', dims: [64, 100], type: 0 },
    ...['q', 'k', 'v', 'output'].map((n) => ({
      name: `blk.0.attn_${n}.weight`,
      dims: [64, 64],
      type: 2,
    })),
    { name: 'blk.0.ffn_gate.weight', dims: [64, 128], type: 2 },
    { name: 'blk.0.ffn_up.weight', dims: [64, 128], type: 2 },
    { name: 'blk.0.ffn_down.weight', dims: [128, 64], type: 8 },
    { name: 'blk.0.attn_norm.weight', dims: [64], type: 0 },
    { name: 'blk.0.ffn_norm.weight', dims: [64], type: 0 },
    { name: 'output_norm.weight', dims: [64], type: 0 },
  ],
};

test('GGUF cut at every byte of its head: always a problem, never a wrong figure', async () => {
  for (const [version, littleEndian] of [
    [1, true],
    [3, true],
    [3, false],
  ]) {
    const { head } = gguf({ ...small, version, littleEndian });
    for (let n = 0; n < head.length; ++n) {
      const imported = await importFiles([new FileOf(head.subarray(0, n))]);
      assert.ok(imported.problems.length > 0, `${n} of ${head.length}`);
      assert.equal(imported.weights, undefined);
      assert.equal(imported.shape, undefined);
      assert.match(
        imported.problems[0].code,
        /^(truncated|count-too-large|missing|not-a-model-file)$/u,
        `${n}`,
      );
    }
  }
  // The head whole, the weights not: the figures stand, with a note.
  const whole = gguf(small);
  const cut = await importFiles([new FileOf(whole.head, whole.size - 1)]);
  assert.deepEqual(cut.problems, []);
  assert.ok(cut.notes.includes('file-incomplete'));
  assert.deepEqual(cut.weights, (await importFiles([fileOf(whole)])).weights);
});

test('GGUF with any byte changed: no exception, no hang, no figure that is none', async () => {
  const { head, size } = gguf(small);
  for (let i = 0; i < head.length; ++i) {
    const changed = head.slice();
    changed[i] = i % 2 === 0 ? 0xff : changed[i] ^ 0x41;
    const imported = await importFiles([new FileOf(changed, size)]);
    assert.doesNotMatch(JSON.stringify(imported), /NaN|null/u);
    if (imported.weights) assert.ok(Number.isSafeInteger(imported.weights.weightBytes), `byte ${i}`);
  }
});

const fails = async (file, field, code, limit) => {
  const { problems, weights } = await importFiles([file]);
  assert.deepEqual(problems, [{ field, code, ...(limit !== undefined && { limit }) }]);
  assert.equal(weights, undefined);
};
const raw = (b, size) => new FileOf(b.done(), size);
const start = (version, tensors, metas) =>
  new Bytes().raw(new TextEncoder().encode('GGUF')).number(4, version).number(10, tensors).number(10, metas);

test('GGUF that claims what cannot be', async () => {
  const huge = 2n ** 63n;
  await fails(raw(start(3, huge, 0)), 'tensor_count', 'count-too-large', 0);
  await fails(raw(start(3, 1e6, 0), 1e12), 'tensor_count', 'count-too-large', 1 << 16);
  await fails(raw(start(3, 0, huge)), 'metadata_kv_count', 'count-too-large', 0);
  await fails(raw(start(4, 0, 0)), 'version', 'unsupported-version', 3);
  await fails(raw(start(0, 0, 0)), 'version', 'unsupported-version', 3);
  await fails(
    raw(new Bytes().raw(new TextEncoder().encode('GGML')).number(10, 1).number(10, 1)),
    'file',
    'not-a-model-file',
  );
  const key = (b, type) => b.text('k').number(4, type);
  await fails(raw(key(start(3, 0, 1), 13).number(10, 0)), 'k', 'unknown-value-type', 13);
  await fails(raw(key(start(3, 0, 1), 8).number(10, huge)), 'file', 'truncated', 45);
  await fails(
    raw(
      key(start(3, 0, 1), 9)
        .number(4, 8)
        .number(10, huge),
    ),
    'k',
    'count-too-large',
    0,
  );
  await fails(
    raw(
      key(start(3, 0, 1), 9)
        .number(4, 0)
        .number(10, huge),
      2 ** 52,
    ),
    'k',
    'count-too-large',
    2 ** 52 - 49,
  );
  // Four thousand million strings of nothing, in a file that could hold them: the head may not grow so far.
  await fails(
    raw(
      key(start(3, 0, 1), 9)
        .number(4, 8)
        .number(10, 2 ** 32),
      2 ** 40,
    ),
    'file',
    'header-too-large',
    kMaxHeaderBytes,
  );
  await fails(
    raw(
      key(start(3, 0, 1), 9)
        .number(4, 0)
        .number(10, 2 ** 32),
      2 ** 40,
    ),
    'file',
    'header-too-large',
    kMaxHeaderBytes,
  );
  const nested = key(start(3, 0, 1), 9);
  for (let i = 0; i < 5; ++i) nested.number(4, 9).number(10, 1);
  await fails(raw(nested.number(10, 0).number(10, 0).number(10, 0)), 'k', 'too-deep', 4);
  await fails(raw(start(3, 0, 1).number(10, 70000), 1e6), 'metadata 0', 'string-too-long', 65535);

  const tensor = (dims, type = 0, offset = 0, name = 't') => {
    const b = start(3, 1, 0).text(name).number(4, dims.length);
    for (const d of dims) b.number(10, d);
    return raw(b.number(4, type).number(10, offset), 1e9);
  };
  await fails(tensor([2, 2, 2, 2, 2]), 't', 'count-too-large', 4);
  await fails(tensor([huge, huge]), 't', 'above-maximum', Number.MAX_SAFE_INTEGER);
  await fails(tensor([100], 12), 't', 'block-must-divide', 256);
  const twice = { name: 'a', dims: [32], type: 0 };
  await fails(fileOf(gguf({ tensors: [twice, twice] })), 'a', 'tensor-twice');
  await fails(fileOf(gguf({ tensors: [twice, { ...twice, name: 'b', at: 64 }] })), 'b', 'tensors-overlap');
  await fails(fileOf(gguf({ meta: { 'general.alignment': 0 } })), 'general.alignment', 'not-positive');
  // A type of the future: its bytes are told from where the next tensor begins.
  const later = await importFiles([
    fileOf(
      gguf({
        tensors: [
          { name: 'a', dims: [64], type: 77 },
          { ...twice, name: 'b', at: 96 },
        ],
      }),
    ),
  ]);
  assert.deepEqual(
    later.weights.formats.map((f) => [f.format, f.bytes]),
    [
      ['fp32', 128],
      ['ggml-77', 96],
    ],
  );
});

test('GGUF metadata that contradicts: the key of the file is named', async () => {
  const bad = async (key, value) =>
    (await importFiles([fileOf(gguf({ ...small, meta: { ...small.meta, [key]: value } }))])).problems;
  assert.deepEqual(await bad('llama.attention.head_count', 3), [
    {
      field: 'llama.attention.head_count',
      code: 'must-divide',
      limit: 64,
      nearest: 'llama.embedding_length',
    },
  ]);
  assert.equal((await bad('llama.block_count', 0)).length, 1);
  assert.equal((await bad('llama.block_count', 4e9)).length, 1);
  assert.equal((await bad('llama.embedding_length', 0)).length, 1);
});

test('a model in several GGUF files', async () => {
  const { meta, tensors } = models['qwen2.5-7b'];
  const split = (no, part) =>
    fileOf(
      gguf({
        meta: { ...(no === 0 && meta), 'split.no': no, 'split.count': 3 },
        tensors: part,
      }),
    );
  const parts = [
    split(0, tensors.slice(0, 100)),
    split(1, tensors.slice(100, 200)),
    split(2, tensors.slice(200)),
  ];
  const whole = await importFiles([fileOf(gguf({ meta, tensors }))]);
  const joined = await importFiles(parts);
  assert.deepEqual(joined.shape, whole.shape);
  assert.deepEqual(joined.weights, whole.weights);
  assert.deepEqual(joined.notes, ['format-by-tensors']);
  const some = await importFiles(parts.slice(0, 2));
  assert.deepEqual(some.notes, ['files-missing', 'format-by-tensors', 'weights-from-shape']);
  assert.equal(some.file, undefined);
  assert.equal(some.shape.layers, 28);
  assert.equal((await importFiles([parts[0], parts[1], parts[1]])).problems[0].code, 'tensor-twice');
  const other = fileOf(gguf({ meta: models.gpt2.meta, tensors: [] }));
  assert.equal((await importFiles([...parts, other])).problems[0].code, 'several-models');
  const tower = fileOf(
    gguf({
      meta: { 'general.architecture': 'clip' },
      tensors: [{ name: 'v.blk.0.attn_q.weight', dims: [64, 64], type: 1 }],
    }),
  );
  const seeing = await importFiles([...parts, tower]);
  assert.deepEqual(seeing.shape, whole.shape);
  assert.equal(seeing.weights.towerBytes, 8192);
  assert.deepEqual(seeing.weights.layerBytes, whole.weights.layerBytes);
});

test('safetensors: to the byte, with the shape of the config.json beside it', async () => {
  const config = {
    model_type: 'llama',
    hidden_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    intermediate_size: 128,
    vocab_size: 100,
    tie_word_embeddings: false,
  };
  const bf16 = (...shape) => ({ dtype: 'BF16', shape });
  const layer = (i) => ({
    ...Object.fromEntries(
      ['q', 'k', 'v', 'o'].map((n) => [`model.layers.${i}.self_attn.${n}_proj.weight`, bf16(64, 64)]),
    ),
    ...Object.fromEntries(
      ['gate', 'up'].map((n) => [`model.layers.${i}.mlp.${n}_proj.weight`, bf16(128, 64)]),
    ),
    [`model.layers.${i}.mlp.down_proj.weight`]: bf16(64, 128),
    [`model.layers.${i}.input_layernorm.weight`]: bf16(64),
    [`model.layers.${i}.post_attention_layernorm.weight`]: bf16(64),
  });
  const first = fileOf(
    safetensors({ 'model.embed_tokens.weight': bf16(100, 64), ...layer(0) }, { metadata: { format: 'pt' } }),
  );
  const second = fileOf(
    safetensors({
      ...layer(1),
      'model.norm.weight': bf16(64),
      'lm_head.weight': { dtype: 'F32', shape: [100, 64] },
    }),
  );
  const text = (o) => new FileOf(new TextEncoder().encode(JSON.stringify(o)));
  const index = text({
    metadata: { total_size: 1 },
    weight_map: { a: 'one', b: 'two' },
  });
  const imported = await importFiles([text(config), first, second, index]);
  assert.deepEqual(imported.problems, []);
  assert.deepEqual(imported.notes, []);
  const [reply] = await ask([{ ask: 'model', model: imported.shape }]);
  assert.equal(imported.weights.elements, reply.result.parameters);
  assert.equal(imported.weights.weightBytes, 2 * reply.result.parameters + 2 * 6400);
  assert.equal(imported.weights.embeddingBytes, 12800);
  assert.equal(imported.weights.headBytes, 25600);
  assert.equal(imported.weights.layerBytes.length, 2);
  assert.equal(imported.weightFormat, 'bf16');

  assert.deepEqual((await importFiles([first, index])).notes, ['files-missing', 'no-shape-in-file']);
  const alone = await importFiles([
    text({ metadata: { total_size: 16060522496 }, weight_map: { a: 'one' } }),
  ]);
  assert.equal(alone.indexBytes, 16060522496);
  assert.deepEqual(alone.notes, ['total-from-index', 'no-shape-in-file']);
  assert.deepEqual((await importFiles([text(config)])).shape, imported.shape);
  const vision = fileOf(
    safetensors({
      'vision_tower.encoder.layers.30.mlp.fc1.weight': bf16(8, 8),
    }),
  );
  const towers = (await importFiles([first, vision])).weights;
  assert.equal(towers.towerBytes, 128);
  assert.equal(towers.layerBytes.length, 1);
});

test('safetensors that claim what cannot be', async () => {
  const header = (text, length, size) =>
    raw(
      new Bytes()
        .number(10, length ?? text.length)
        .raw(typeof text === 'string' ? new TextEncoder().encode(text) : text),
      size,
    );
  const one = (entry) => header(JSON.stringify({ t: entry }), undefined, 1e6);
  const good = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  await fails(header('{}', 2n ** 63n), 'header', 'header-too-large', kMaxHeaderBytes);
  await fails(header('{}', 2n ** 64n - 1n), 'header', 'header-too-large', kMaxHeaderBytes);
  await fails(header('{}', 1000), 'header', 'truncated', 10);
  await fails(header('{"t":', undefined, 100), 'header', 'not-json-text');
  await fails(header(`{"t":${'['.repeat(10_000)}`, undefined, 1e6), 'header', 'too-deep', 100);
  await fails(header(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])), 'header', 'not-utf8');
  await fails(one({ ...good, data_offsets: [8, 0] }), 't.data_offsets', 'wrong-type');
  await fails(one({ ...good, data_offsets: [0] }), 't.data_offsets', 'wrong-type');
  await fails(one({ ...good, data_offsets: [0, 8, 9] }), 't.data_offsets', 'wrong-type');
  await fails(one({ ...good, data_offsets: [-8, 0] }), 't.data_offsets', 'wrong-type');
  await fails(one({ ...good, data_offsets: [0, 1e300] }), 't.data_offsets', 'wrong-type');
  await fails(one({ ...good, data_offsets: 'all' }), 't.data_offsets', 'wrong-type');
  await fails(one({ ...good, shape: [1.5] }), 't.shape', 'wrong-type');
  await fails(one({ ...good, shape: [3] }), 't.data_offsets', 'size-contradicts', 12);
  await fails(
    one({ ...good, shape: Array(4).fill(2 ** 40) }),
    't.shape',
    'above-maximum',
    Number.MAX_SAFE_INTEGER,
  );
  await fails(one({ ...good, dtype: 7 }), 't.dtype', 'wrong-type');
  await fails(one(null), 't', 'wrong-type');
  const overlap = { a: good, b: { ...good, data_offsets: [4, 12] } };
  await fails(header(JSON.stringify(overlap), undefined, 1e6), 'b', 'tensors-overlap');
  // A type of the future counts by its offsets.
  const later = await importFiles([one({ ...good, dtype: 'F3_E1M1' })]);
  assert.deepEqual(later.weights.formats, [{ format: 'F3_E1M1', tensors: 1, elements: 2, bytes: 8 }]);
  const proto = await importFiles([
    header('{"__proto__":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', undefined, 1e6),
  ]);
  assert.equal(proto.weights.weightBytes, 8);
});

test('safetensors cut at every byte of its head', async () => {
  const { head } = safetensors({
    'model.embed_tokens.weight': { dtype: 'BF16', shape: [10, 4] },
  });
  for (let n = 0; n < head.length; ++n) {
    const { problems, weights } = await importFiles([new FileOf(head.subarray(0, n))]);
    assert.equal(problems.length, 1, `${n}`);
    assert.equal(weights, undefined);
  }
});

test('what is no model file', async () => {
  const bytes = (...b) => new FileOf(new Uint8Array(b));
  assert.deepEqual((await importFiles([])).problems, [{ field: 'file', code: 'missing' }]);
  await fails(bytes(), 'file', 'missing');
  await fails(bytes(0x50, 0x4b, 3, 4), 'file', 'not-a-model-file');
  await fails(new FileOf(new TextEncoder().encode('<!doctype html>')), 'file', 'not-a-model-file');
  await fails(new FileOf(new TextEncoder().encode('{"weight_map":{}}')), 'metadata.total_size', 'missing');
  await fails(new FileOf(new TextEncoder().encode('{"weight_map":')), 'file', 'not-json-text');
  await fails(new FileOf(new Uint8Array([1, 2, 3]), 2 ** 40), 'file', 'not-a-model-file');
  const gone = new FileOf(new Uint8Array(0), 100);
  gone.slice = () => ({
    arrayBuffer: () => Promise.reject(new Error('NotReadableError')),
  });
  await fails(gone, 'file', 'unreadable');
});

test('a Blob of the platform reads as the stand-in does', async () => {
  const { head, size } = gguf(small);
  const blob = new Blob([head, new Uint8Array(size - head.length)]);
  assert.deepEqual(await importFiles([blob]), await importFiles([new FileOf(head, size)]));
});

test('a head of two hundred and sixty thousand tokens is read in a moment, without keeping it', async () => {
  const tokens = Array.from({ length: 262144 }, (_, i) => `token ${i}`);
  const template = 'z'.repeat(500_000);
  const meta = {
    'tokenizer.chat_template': template,
    ...small.meta,
    'tokenizer.ggml.tokens': tokens,
  };
  const file = fileOf(gguf({ ...small, meta }));
  const begin = performance.now();
  const { problems } = await importFiles([file]);
  const seconds = (performance.now() - begin) / 1000;
  assert.deepEqual(problems, []);
  // A few hundredths of a second on a free machine.
  assert.ok(seconds < 5, `${seconds} s`);
});

test('every weight format that an import names is one of the core', async () => {
  const code = readFileSync(new URL('../../../web/src/import/weight-format.ts', import.meta.url), 'utf8');
  const words = new Set(
    [...code.matchAll(/'((?:bf|fp|int|nf|gptq|awq|nvfp|MXFP)[\w-]*)'/gu)].map((m) => m[1]),
  );
  for (const method of ['gptq', 'awq']) words.delete(method);
  for (let type = 0; type < 64; ++type) {
    const meta = { ...small.meta, 'general.file_type': type };
    const { weightFormat } = await importFiles([fileOf(gguf({ ...small, meta }))]);
    if (weightFormat !== undefined) words.add(weightFormat);
  }
  assert.ok(words.size > 35, `${words.size} formats`);
  const questions = [...words].map((weightFormat) => ({
    ...{
      ask: 'inference-memory',
      model: 'llama-3.1-8b',
      contextTokens: 2048,
      weightFormat,
    },
    engine: /^[A-Z]/u.test(weightFormat) ? 'llama.cpp' : 'vllm',
  }));
  for (const [i, reply] of (await ask(questions)).entries()) {
    assert.deepEqual(reply.problems ?? [], [], questions[i].weightFormat);
  }
});
