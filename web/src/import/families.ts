// What the configuration files of known families leave unsaid: each family's classes fix some things in code and
// default others. Keyed by `model_type` in lower case without punctuation ("qwen3_5_moe" -> "qwen35moe"), which is
// nearly also how GGUF files name architectures. Sources: the published configuration and modelling classes
// (huggingface/transformers, src/transformers/models/<type>, Apache-2.0) and the repositories' own code.

import type { Family } from './family';
import {
  tied,
  geluDefault,
  gpt,
  gemma,
  qk,
  single,
  cohere,
  llama,
  mistral,
  qwen2,
  qwen3,
  qwen2moe,
  qwen3next,
  gemma2,
  gemma3,
  gemma3n,
  gemma4,
  deepseek3,
  glm4moe,
  nemotronH,
  opt,
  gpt2,
  falcon,
  mpt,
  mamba1,
  jamba,
  chatglm,
  lfm2moe,
  lfm2,
  hunyuan,
  ernie,
} from './family-parts';
import { recurrentOf } from './recurrent';

export type { Family };

const table: Readonly<Record<string, Family | string>> = {
  llama,
  aquila: 'llama',
  yi: 'llama',
  llava: 'llama',
  llavanext: 'llama',
  paligemma: 'gemma',
  smollm3: llama,
  helium: 'llama',
  granite: llama,
  granitemoe: { ...llama, fusedExperts: true },
  granitemoeshared: 'granitemoe',
  granitemoehybrid: {
    fusedExperts: true,
    keys: { mamba_expand: 2, mamba_d_conv: 4, mamba_d_state: 256, mamba_n_groups: 1 },
    patch(shape, keys) {
      if (keys.text('position_embedding_type') === 'nope' || shape.layerTypes) shape.rotary = false;
    },
  },
  granitehybrid: 'granitemoehybrid',
  bamba: { keys: { mamba_expand: 2, mamba_d_conv: 4, mamba_d_state: 256, mamba_n_groups: 1 } },
  minicpm: { keys: tied },
  internlm: { fixed: { mlpBias: false }, keys: { bias: true } },
  internlm2: { fixed: { fusedQkv: true, mlpBias: false }, keys: { bias: true } },
  internlm3: {},
  baichuan: { fixed: { fusedQkv: true } },
  exaone: {},
  exaone4: { fixed: qk, layers: 'sssf' },
  exaonemoe: {
    fixed: qk,
    layers: 'sssf',
    routerBias: true,
    mtp: 'exaone',
  },
  hyperclovax: {
    patch(shape, keys) {
      if (keys.flag('use_post_norm')) shape.normsPerLayer = 4;
    },
  },
  seedoss: { fixed: { qkvBias: true }, keys: { attention_out_bias: false } },
  arcee: { fixed: { gatedMlp: false, activation: 'relu2' } },
  apertus: { fixed: { gatedMlp: false, extraPerLayer: 2, ...qk } },
  bitnet: {
    fixed: { activation: 'relu2' },
    keys: tied,
    patch(shape) {
      shape.extraPerLayer = shape.hiddenSize + (shape.mlpWidth ?? 0);
    },
  },
  ernie45: ernie,
  ernie45moe: ernie,
  hunyuanv1dense: hunyuan,
  hunyuandense: hunyuan,
  hunyuanv1moe: { ...hunyuan, keys: { ...tied, use_qk_norm: true } },
  hunyuanmoe: 'hunyuanv1moe',
  hyv3: { fixed: qk, routerBias: true, mtp: 'deepseek' },
  dots1: { fixed: qk, routerBias: true },
  bailingmoe: { fixed: { fusedQkv: true } },
  bailingmoev2: { fixed: { fusedQkv: true, ...qk }, routerBias: true, mtp: 'deepseek' },
  bailingmoe2: 'bailingmoev2',
  afmoe: {
    fixed: { normsPerLayer: 4, attentionGate: 'elementwise', ...qk },
    keys: { global_attn_every_n_layers: 4, sliding_window: 1024 },
    layers: 'sssf',
    routerBias: true,
  },
  llama4: {
    fusedExperts: true,
    // Its q/k-norm has no weights.
    fixed: { qkNorm: 'none' },
    keys: { attention_chunk_size: 8192, head_dim: 128, interleave_moe_layer_step: 1, num_experts_per_tok: 1 },
    layers: 'sssf',
    dims: [5120, 8192, 48, 40, 8, 202048],
    patch(shape) {
      if (shape.experts) shape.experts.sharedWidth = shape.experts.width;
    },
  },
  mllama: {
    dims: [4096, 14336, 40, 32, 8, 128256],
    patch(shape, keys) {
      // Eight rows of the embedding that the head lacks; cross attention has q/k-norms and two gates more.
      const cross =
        keys.list('cross_attention_layers', (x) => (typeof x === 'number' ? x : undefined))?.length ?? 0;
      shape.extraTotal = 8 * shape.hiddenSize + cross * (2 * (shape.headDim ?? 0) + 2);
      keys.findings.notes.add('cross-attention');
    },
  },
  mistral,
  ministral: mistral,
  ministral3: mistral,
  mistral3: mistral,
  mixtral: { layers: 's' },
  phimoe: { fixed: { norm: 'layernorm' }, layers: 's', keys: { num_experts_per_tok: 2 } },
  starcoder2: {
    fixed: { gatedMlp: false, activation: 'gelu-tanh', norm: 'layernorm' },
    keys: { ...tied, use_bias: true },
    layers: 's',
  },
  qwen: {
    fixed: { qkvBias: true, fusedQkv: true },
    patch(shape) {
      // The file's width is that of gate and up together.
      if (shape.mlpWidth) shape.mlpWidth /= 2;
    },
  },
  qwen2,
  qwen2vl: qwen2,
  qwen25vl: qwen2,
  qwen2moe,
  qwen3,
  qwen3vl: qwen3,
  qwen3moe: { ...qwen3, dims: [] },
  qwen3vlmoe: { ...qwen3, dims: [], fusedExperts: true },
  qwen3omnimoe: 'qwen3moe',
  qwen3next,
  qwen35: qwen3next,
  qwen35moe: { ...qwen3next, fusedExperts: true },
  mimo: { ...qwen2, mtp: 'deepseek' },
  mimov2flash: { routerBias: true },
  gemma: {
    fixed: gemma,
    keys: { ...tied, head_dim: 256, max_position_embeddings: 8192 },
    dims: [3072, 24576, 28, 16, 16, 256000],
  },
  gemma2,
  vaultgemma: { ...gemma2, fixed: gemma },
  gemma3,
  gemma3n,
  gemma4,
  phi3: { fixed: { fusedQkv: true, fusedGateUp: true }, layers: 's', dims: [3072, 8192, 32, 32, 32, 32064] },
  phi4mm: 'phi3',
  phi4multimodal: 'phi3',
  phi: {
    fixed: { ...gpt, ...single, headBias: true },
    keys: { hidden_act: 'gelu_new' },
    mlpRatio: 4,
    qkNorm: 'per-head',
    dims: [2048, 8192, 24, 32, 32, 51200],
  },
  phimsft: 'phi',
  phi2: 'phi',
  stablelm: {
    fixed: { norm: 'layernorm', outputBias: false },
    patch(shape, keys) {
      if (keys.flag('use_parallel_residual')) shape.normsPerLayer = 1;
    },
  },
  stablelmepoch: 'stablelm',
  olmo: { fixed: { norm: 'without-parameters' } },
  olmo2: { fixed: { qkNorm: 'full' } },
  olmo3: { fixed: { qkNorm: 'full' }, keys: { sliding_window: 4096 }, layers: 'sssf' },
  olmoe: { fixed: { qkNorm: 'full' } },
  flexolmo: 'olmoe',
  cohere: { fixed: cohere, keys: { ...tied, use_qk_norm: false }, qkNorm: 'full' },
  commandr: 'cohere',
  cohere2: { fixed: cohere, keys: { ...tied, sliding_window: 4096 }, layers: 'sssf' },
  nemotron: { fixed: { norm: 'layernorm', gatedMlp: false, activation: 'relu2' } },
  nemotronh: nemotronH,
  nemotronhmoe: 'nemotronh',
  nemotronnas: {},
  deci: 'nemotronnas',
  decilm: 'nemotronnas',
  deepseek: {},
  deepseekv2: {},
  deepseek2: 'deepseekv3',
  deepseekv3: deepseek3,
  deepseekv32: deepseek3,
  kimik2: deepseek3,
  axk1: { fixed: { normsPerLayer: 3 } },
  minicpm3: { keys: tied },
  kimilinear: {
    fixed: { rotary: false },
    routerBias: true,
    patch(shape, keys) {
      if (keys.flag('mla_use_output_gate')) shape.attentionGate = 'elementwise';
      // Attention over residuals: two queries and two norms a layer, and one pair for the output.
      if (keys.has('attn_res_block_size')) {
        shape.extraPerLayer = 4 * shape.hiddenSize;
        shape.extraTotal = 2 * shape.hiddenSize;
      }
    },
  },
  longcatflash: {
    fixed: { normsPerLayer: 4, attentionBlocks: 2, denseBlocks: 2, mlpTypes: 'b' },
    routerBias: true,
  },
  chatglm,
  glm: { fixed: { outputBias: false, fusedGateUp: true }, keys: { attention_bias: true, head_dim: 128 } },
  glm4: {
    fixed: { outputBias: false, fusedGateUp: true, normsPerLayer: 4 },
    keys: { attention_bias: true, head_dim: 128 },
  },
  glm4v: 'glm4',
  glm4moe,
  glm4vmoe: glm4moe,
  glm4moelite: deepseek3,
  glmmoedsa: deepseek3,
  glmdsa: 'glmmoedsa',
  solaropen: { routerBias: true },
  gptoss: {
    keys: { attention_bias: true, head_dim: 64, sliding_window: 128 },
    layers: 'sf',
    routerBias: true,
    expertBias: true,
    fusedExperts: true,
    patch(shape) {
      shape.sinkLayers = 'sf';
    },
  },
  minimax: {},
  minimaxtext01: 'minimax',
  minimaxm1: 'minimax',
  minimaxm2: { fixed: { qkNorm: 'full' }, routerBias: true },
  minimaxm3: { fixed: { norm: 'gemma-rmsnorm' }, qkNorm: 'per-head' },
  gpt2,
  gptbigcode: {
    ...gpt2,
    patch(shape, keys) {
      if (keys.flag('multi_query') !== false) shape.kvHeads = 1;
    },
  },
  starcoder: 'gptbigcode',
  gptneo: {
    fixed: { ...gpt, qkvBias: false, rotary: false },
    keys: { ...tied, window_size: 256, activation_function: 'gelu_new' },
    mlpRatio: 4,
    positions: 0,
  },
  gptj: {
    fixed: { ...gpt, ...single, qkvBias: false, outputBias: false, headBias: true },
    keys: { activation_function: 'gelu_new' },
    mlpRatio: 4,
  },
  codegen: {
    fixed: { ...gpt, ...single, qkvBias: false, outputBias: false, headBias: true, fusedQkv: true },
    keys: { activation_function: 'gelu_new' },
    mlpRatio: 4,
  },
  gptneox: { fixed: { ...gpt, fusedQkv: true }, keys: geluDefault, mlpRatio: 4 },
  opt,
  bloom: {
    fixed: { ...gpt, fusedQkv: true, rotary: false, embeddingNorm: true },
    keys: { ...tied, ...geluDefault },
    mlpRatio: 4,
  },
  mpt,
  falcon,
  refinedweb: 'falcon',
  refinedwebmodel: 'falcon',
  dbrx: {
    fusedExperts: true,
    fixed: { norm: 'layernorm-no-bias', fusedQkv: true },
    patch(shape, keys) {
      const kv = keys.sub('attn_config').count('kv_n_heads', { min: 1, max: 1e6 });
      if (kv !== undefined) shape.kvHeads = kv;
    },
  },
  mamba: mamba1,
  falconmamba: mamba1,
  mamba2: {
    fixed: { ...single, gatedMlp: false },
    keys: { ...{ expand: 2, state_size: 128, conv_kernel: 4, n_groups: 8, head_dim: 64, num_heads: 128 } },
    layers: 'r',
  },
  jamba,
  falconh1: {
    keys: { mamba_n_groups: 1, mamba_d_conv: 4, mamba_d_state: 256, mamba_expand: 2 },
    patch(shape, keys) {
      // Attention and Mamba side by side, then the MLP: told as two layers, the norms and the cache come out the same.
      Object.assign(shape, { layers: 2 * shape.layers, layerTypes: 'rf', mlpTypes: 'nd', normsPerLayer: 1 });
      recurrentOf(keys, shape);
      keys.findings.notes.add('parallel-mixers');
    },
  },
  lfm2,
  lfm2moe,
};

/** "Qwen3_5MoeForConditionalGeneration" and "qwen3_5_moe_text" both give "qwen35moe". */
export function normalised(name: string): string {
  return name
    .replace(/(ForCausalLM|ForConditionalGeneration|LMHeadModel|Model)$/u, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/gu, '')
    .replace(/text$/u, '');
}

/** The first of the names that is known. */
export function familyOf(names: readonly unknown[]): { id: string; family: Family } | undefined {
  for (const name of names) {
    if (typeof name !== 'string') continue;
    let id = normalised(name);
    for (let step = 0; step < 3 && Object.hasOwn(table, id); ++step) {
      const row = table[id] as Family | string;
      if (typeof row !== 'string') return { id, family: row };
      id = row;
    }
  }
  return undefined;
}
