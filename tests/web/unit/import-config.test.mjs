import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from '../load.mjs';
import { ask } from './core.mjs';

const reference = new URL('../../reference/', import.meta.url);
const read = (path) => readFileSync(new URL(path, reference), 'utf8');
const { importConfig, importConfigText, isConfig } = await load('src/import/config.ts');

const [header, ...lines] = read('models-check.csv').trim().split('\n');
const columns = header.split(',');
const published = new Map(
  lines.map((line) => {
    const cells = line.match(/("([^"]|"")*"|[^,]*)(,|$)/gu).map((c) => c.replace(/,$/u, ''));
    return [cells[0], Object.fromEntries(columns.map((c, i) => [c, cells[i]]))];
  }),
);

const completed = JSON.parse(read('model-configs-completed.json')).models;
const configs = new Map();
for (const file of readdirSync(new URL('model-configs/', reference))) {
  const id = file.replace(/\.json$/u, '');
  // The file as it stands, Python's Infinity and all, with what it leaves out.
  const text = read(`model-configs/${file}`);
  const config = text.slice(text.indexOf('"config": {') + '"config": '.length, text.lastIndexOf('}'));
  const more = JSON.stringify(completed[id] ?? {}).slice(1, -1);
  configs.set(id, more ? config.trimEnd().replace(/\}$/u, `, ${more}}`) : config);
}
const written = new Map(Object.entries(JSON.parse(read('model-configs-more.json')).models));

async function counted(shapes) {
  const replies = await ask(shapes.map((model) => ({ ask: 'model', model })));
  return replies.map((r) => {
    assert.equal(r.problems, undefined, JSON.stringify(r.problems));
    return r.result;
  });
}

/** Parameters, active parameters and cache of every row, to the last one. */
async function agrees(imports) {
  const ids = [...imports.keys()];
  for (const id of ids) assert.deepEqual(imports.get(id).problems, [], id);
  const results = await counted(ids.map((id) => imports.get(id).shape));
  const wrong = [];
  for (const [i, id] of ids.entries()) {
    const row = published.get(id);
    const got = { ...results[i] };
    const expected = {
      parameters: Number(row.computed_text_params),
      activeParameters: Number(row.computed_active_params),
      cachedElements: Number(row.kv_elems_per_token_unbounded),
      windowedElements: Number(row.kv_elems_per_token_windowed),
      stateElements: Number(row.fixed_state_elems_per_seq),
    };
    // The table prints six digits of these.
    got.cachedElements = Number((got.kvBytesPerToken / 2).toPrecision(6));
    got.windowedElements = Number((got.kvBytesPerTokenWindowed / 2).toPrecision(6));
    for (const [key, value] of Object.entries(expected)) {
      if (got[key] !== value) wrong.push(`${id} ${key}: ${got[key]}, published ${value}`);
    }
  }
  return wrong;
}

test('each of the 152 configurations of the facts gives the published count', async () => {
  assert.equal(configs.size, 152);
  const imports = new Map([...configs].map(([id, text]) => [id, importConfigText(text)]));
  for (const [id, { family }] of imports) assert.notEqual(family, undefined, `${id} is not recognised`);
  assert.deepEqual(await agrees(imports), [
    // The published file gives every layer a window of 2,047 tokens; the row counts the cache as unbounded.
    'phi-3-mini cachedElements: 0, published 196608',
    'phi-3-mini windowedElements: 196608, published 0',
  ]);
});

test('the catalogue rows without a file give it too', async () => {
  assert.equal(written.size + configs.size, 204);
  const imports = new Map([...written].map(([id, config]) => [id, importConfig(config)]));
  assert.deepEqual(await agrees(imports), [
    'ministral-8b cachedElements: 0, published 73728',
    'ministral-8b windowedElements: 73728, published 0',
  ]);
});

test('the shapes are those of the catalogue, field by field', () => {
  const catalogue = JSON.parse(
    readFileSync(new URL('../../../src/catalog/models.json', import.meta.url)),
  ).models;
  // Not in a configuration: towers, MTP's stored form, and context lengths that other sources give.
  const ignored = /^(name|towerParameters|mtp|maxContext)/u;
  const flat = (o, path = '', into = {}) => {
    for (const [k, v] of Object.entries(o)) {
      if (v && typeof v === 'object' && !Array.isArray(v)) flat(v, `${path}${k}.`, into);
      else if (!ignored.test(path + k)) into[path + k] = JSON.stringify(v);
    }
    return into;
  };
  const different = [];
  for (const { id, shape } of catalogue) {
    const got = flat(
      (configs.has(id) ? importConfigText(configs.get(id)) : importConfig(written.get(id))).shape,
    );
    const want = flat(shape);
    for (const key of new Set([...Object.keys(got), ...Object.keys(want)])) {
      if (got[key] !== want[key]) different.push(`${id} ${key}: ${got[key]} ${want[key]}`);
    }
  }
  assert.deepEqual(
    different.filter(
      (d) => !/^(gpt3-|phi-3-mini|ministral-8b|ling-|mimo-v2-flash|kimi-linear|solar-open)/u.test(d),
    ),
    [],
  );
});

// Families that the catalogue does not have; counts as published with the weights.
const others = {
  'state-spaces/mamba-2.8b-hf': [
    2768345600,
    'mamba',
    {
      hidden_size: 2560,
      num_hidden_layers: 64,
      vocab_size: 50280,
      state_size: 16,
      time_step_rank: 160,
      expand: 2,
    },
  ],
  'tiiuae/falcon-mamba-7b': [
    7272665088,
    'falcon_mamba',
    {
      ...{
        hidden_size: 4096,
        num_hidden_layers: 64,
        vocab_size: 65024,
        state_size: 16,
        time_step_rank: 256,
      },
      ...{ intermediate_size: 8192, expand: 16, tie_word_embeddings: false },
    },
  ],
  'state-spaces/mamba2-2.7b': [
    2702599680,
    'mamba2',
    {
      ...{
        hidden_size: 2560,
        num_hidden_layers: 64,
        vocab_size: 50288,
        state_size: 128,
        num_heads: 80,
      },
      ...{ head_dim: 64, n_groups: 1, tie_word_embeddings: true },
    },
  ],
  'bigcode/starcoder2-15b': [
    15957889024,
    'starcoder2',
    {
      ...{
        hidden_size: 6144,
        intermediate_size: 24576,
        num_hidden_layers: 40,
        num_attention_heads: 48,
      },
      ...{
        num_key_value_heads: 4,
        vocab_size: 49152,
        max_position_embeddings: 16384,
        sliding_window: 4096,
      },
      ...{ tie_word_embeddings: false },
    },
  ],
  'bigcode/starcoder': [
    15517456384,
    'gpt_bigcode',
    {
      n_embd: 6144,
      n_head: 48,
      n_layer: 40,
      n_inner: 24576,
      n_positions: 8192,
      vocab_size: 49152,
    },
  ],
  'LiquidAI/LFM2-1.2B': [
    1170340608,
    'lfm2',
    {
      ...{
        hidden_size: 2048,
        num_hidden_layers: 16,
        num_attention_heads: 32,
        num_key_value_heads: 8,
      },
      ...{
        vocab_size: 65536,
        block_ff_dim: 12288,
        full_attn_idxs: [2, 5, 8, 10, 12, 14],
      },
    },
  ],
  'databricks/dbrx-base': [
    131596523520,
    'dbrx',
    {
      ...{
        d_model: 6144,
        n_heads: 48,
        n_layers: 40,
        vocab_size: 100352,
        attn_config: { kv_n_heads: 8 },
      },
      ffn_config: { ffn_hidden_size: 10752, moe_num_experts: 16, moe_top_k: 4 },
    },
  ],
  'MiniMaxAI/MiniMax-Text-01': [
    456089655296,
    'minimax_text_01',
    {
      ...{
        hidden_size: 6144,
        intermediate_size: 9216,
        num_hidden_layers: 80,
        num_attention_heads: 64,
      },
      ...{
        num_key_value_heads: 8,
        head_dim: 128,
        vocab_size: 200064,
        num_local_experts: 32,
      },
      ...{
        num_experts_per_tok: 2,
        attn_type_list: Array.from({ length: 80 }, (_, i) => Number(i % 8 === 7)),
      },
    },
  ],
  'ai21labs/Jamba-v0.1': [
    51570323328,
    'jamba',
    {
      ...{
        hidden_size: 4096,
        intermediate_size: 14336,
        num_hidden_layers: 32,
        num_attention_heads: 32,
      },
      ...{
        num_key_value_heads: 8,
        vocab_size: 65536,
        attn_layer_offset: 4,
        attn_layer_period: 8,
      },
      ...{
        expert_layer_offset: 1,
        expert_layer_period: 2,
        num_experts: 16,
        num_experts_per_tok: 2,
      },
      ...{
        mamba_d_state: 16,
        mamba_d_conv: 4,
        mamba_dt_rank: 256,
        mamba_expand: 2,
      },
    },
  ],
  'EleutherAI/gpt-neo-2.7B': [
    2651307520,
    'gpt_neo',
    {
      ...{
        hidden_size: 2560,
        num_layers: 32,
        num_heads: 20,
        vocab_size: 50257,
        max_position_embeddings: 2048,
      },
      ...{
        window_size: 256,
        attention_types: [[['global', 'local'], 16]],
        intermediate_size: null,
      },
    },
  ],
  'Qwen/Qwen-7B': [
    7721324544,
    'qwen',
    {
      ...{
        hidden_size: 4096,
        intermediate_size: 22016,
        num_hidden_layers: 32,
        num_attention_heads: 32,
      },
      ...{ vocab_size: 151936, seq_length: 8192, no_bias: true },
    },
  ],
  'LGAI-EXAONE/EXAONE-4.0-32B': [
    32003216384,
    'exaone4',
    {
      ...{
        hidden_size: 5120,
        intermediate_size: 27392,
        num_hidden_layers: 64,
        num_attention_heads: 40,
      },
      ...{
        num_key_value_heads: 8,
        head_dim: 128,
        vocab_size: 102400,
        sliding_window: 4096,
      },
      ...{
        sliding_window_pattern: 'LLLG',
        max_position_embeddings: 131072,
        tie_word_embeddings: false,
      },
    },
  ],
  'baidu/ERNIE-4.5-21B-A3B-PT': [
    21825437888,
    'ernie4_5_moe',
    {
      ...{
        hidden_size: 2560,
        intermediate_size: 12288,
        num_hidden_layers: 28,
        num_attention_heads: 20,
      },
      ...{
        num_key_value_heads: 4,
        vocab_size: 103424,
        moe_num_experts: 64,
        moe_k: 6,
        moe_intermediate_size: 1536,
      },
      ...{
        moe_num_shared_experts: 2,
        moe_layer_start_index: 1,
        moe_layer_end_index: 27,
        moe_layer_interval: 1,
      },
    },
  ],
  'tencent/Hunyuan-A13B-Instruct': [
    80393183232,
    'hunyuan_v1_moe',
    {
      ...{
        hidden_size: 4096,
        intermediate_size: 3072,
        num_hidden_layers: 32,
        num_attention_heads: 32,
      },
      ...{
        num_key_value_heads: 8,
        head_dim: 128,
        vocab_size: 128167,
        num_experts: 64,
        use_qk_norm: true,
      },
      moe_topk: Array(32).fill(8),
      num_shared_expert: Array(32).fill(1),
      moe_intermediate_size: Array(32).fill(3072),
    },
  ],
  'microsoft/bitnet-b1.58-2B-4T': [
    2412820480,
    'bitnet',
    {
      ...{
        hidden_size: 2560,
        intermediate_size: 6912,
        num_hidden_layers: 30,
        num_attention_heads: 20,
      },
      ...{ num_key_value_heads: 5, vocab_size: 128256, hidden_act: 'relu2' },
    },
  ],
};

test('families beyond the catalogue give the counts published with their weights', async () => {
  const imports = Object.entries(others).map(([id, [, type, keys]]) => [
    id,
    importConfig({ model_type: type, ...keys }),
  ]);
  for (const [id, { problems, family }] of imports) {
    assert.deepEqual(problems, [], id);
    assert.ok(family, id);
  }
  const results = await counted(imports.map(([, i]) => i.shape));
  for (const [i, [id]] of imports.entries()) assert.equal(results[i].parameters, others[id][0], id);
});

test('a multimodal configuration that names only what differs from its class', async () => {
  const gemma = importConfig({
    model_type: 'gemma3',
    architectures: ['Gemma3ForConditionalGeneration'],
    text_config: {
      hidden_size: 2560,
      intermediate_size: 10240,
      model_type: 'gemma3_text',
      num_hidden_layers: 34,
      sliding_window: 1024,
    },
    vision_config: {
      hidden_size: 1152,
      intermediate_size: 4304,
      num_hidden_layers: 27,
      patch_size: 14,
    },
  });
  const [counts] = await counted([gemma.shape]);
  assert.equal(counts.parameters, 3880263168);
  assert.deepEqual(gemma.assumed, [
    'text_config.vocab_size',
    'text_config.num_attention_heads',
    'text_config.num_key_value_heads',
  ]);
  assert.deepEqual([...gemma.notes].sort(), ['text-part-of-multimodal', 'towers-estimated']);
  // Published: 419,816,304 with the projector.
  assert.ok(Math.abs(counts.extraParameters / 419816304 - 1) < 0.02, String(counts.extraParameters));
});

test('an unknown architecture with the usual keys is estimated, and says so', async () => {
  const keys = {
    ...{
      hidden_size: 4096,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      num_key_value_heads: 8,
    },
    ...{
      intermediate_size: 14336,
      vocab_size: 128256,
      rms_norm_eps: 1e-5,
      hidden_act: 'silu',
    },
  };
  const later = importConfig({
    model_type: 'model_of_2031',
    ...keys,
    tie_word_embeddings: false,
    a_new_key: { x: [1] },
  });
  assert.deepEqual(later.notes, ['unknown-architecture']);
  assert.equal(later.family, 'model_of_2031');
  assert.equal((await counted([later.shape]))[0].parameters, 8030261248);
  const silent = importConfig({ ...keys });
  assert.deepEqual(silent.assumed, ['tie_word_embeddings']);
  assert.equal(silent.shape.tiedEmbeddings, true);
  const types = importConfig({
    ...keys,
    layer_types: Array(32).fill('holographic'),
    sliding_window: 512,
  });
  assert.ok(types.notes.includes('unknown-layer-type'));
  assert.equal(types.shape.layerTypes, undefined);
  const mixer = importConfig({
    ...keys,
    layer_types: Array.from({ length: 32 }, (_, i) => (i % 2 ? 'full_attention' : 'linear_attention')),
  });
  assert.ok(mixer.notes.includes('unknown-mixer'));
  assert.equal(mixer.shape.layerTypes, undefined);
});

test('formats of stored weights', () => {
  const base = {
    model_type: 'llama',
    hidden_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    intermediate_size: 128,
    vocab_size: 1000,
  };
  const format = (more) => importConfig({ ...base, ...more }).weightFormat;
  const quantised = (quantization_config) => format({ quantization_config });
  assert.equal(format({}), undefined);
  assert.equal(format({ torch_dtype: 'bfloat16' }), 'bf16');
  assert.equal(format({ dtype: 'float16' }), 'fp16');
  assert.equal(quantised({ quant_method: 'fp8', weight_block_size: [128, 128] }), 'fp8');
  assert.equal(quantised({ quant_method: 'gptq', bits: 4 }), 'gptq-int4');
  assert.equal(quantised({ quant_method: 'gptq', bits: 8 }), 'gptq-int8');
  assert.equal(quantised({ quant_method: 'awq', bits: 4 }), 'awq-int4');
  assert.equal(quantised({ quant_method: 'bitsandbytes', load_in_8bit: true }), 'int8');
  assert.equal(quantised({ quant_method: 'bitsandbytes', load_in_4bit: true }), 'nf4');
  assert.equal(
    quantised({
      quant_method: 'bitsandbytes',
      load_in_4bit: true,
      bnb_4bit_use_double_quant: true,
    }),
    'nf4-dq',
  );
  assert.equal(quantised({ quant_method: 'mxfp4' }), 'MXFP4');
  const group = (weights, more) =>
    quantised({
      quant_method: 'compressed-tensors',
      config_groups: { group_0: { weights } },
      ...more,
    });
  assert.equal(group({ type: 'float', num_bits: 8 }), 'fp8');
  assert.equal(group({ type: 'float', num_bits: 4, group_size: 16 }), 'nvfp4');
  assert.equal(
    group({ type: 'float', num_bits: 4, group_size: 32 }, { format: 'mxfp4-pack-quantized' }),
    'MXFP4',
  );
  assert.equal(group({ type: 'int', num_bits: 4 }), 'gptq-int4');
  const strange = importConfig({
    ...base,
    quantization_config: { quant_method: 'ternary-2031' },
  });
  assert.equal(strange.weightFormat, undefined);
  assert.ok(strange.notes.includes('unknown-quantisation'));
  const part = importConfig({
    ...base,
    quantization_config: {
      quant_method: 'mxfp4',
      modules_to_not_convert: ['model.layers.*.self_attn'],
    },
  });
  assert.ok(part.notes.includes('quantised-in-part'));
});

test('a configuration is told from a shape', () => {
  for (const text of configs.values()) assert.ok(isConfig(JSON.parse(text.replaceAll('Infinity', '1'))));
  for (const config of written.values()) assert.ok(isConfig(config));
  const { shape } = importConfigText(configs.get('llama-3.1-8b'));
  for (const x of [shape, { parameters: 7e9 }, 'llama-3.1-8b', null, [], {}])
    assert.equal(isConfig(x), false);
});

test('every imported shape is one that the core can serve', async () => {
  const shapes = [...configs.values()].map((text) => importConfigText(text).shape);
  const questions = shapes.map((model) => ({ ask: 'inference-memory', model, contextTokens: 2048 }));
  for (const [i, reply] of (await ask(questions)).entries()) {
    assert.deepEqual(reply.problems ?? [], [], JSON.stringify(shapes[i]));
    assert.doesNotMatch(JSON.stringify(reply.result), /null|NaN/u);
  }
});
