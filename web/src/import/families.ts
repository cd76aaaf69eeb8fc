// What the configuration files of known families leave unsaid: each family's classes fix some things in code and
// default others. Keyed by `model_type` in lower case without punctuation ("qwen3_5_moe" -> "qwen35moe"), which is
// nearly also how GGUF files name architectures. Sources: the published configuration and modelling classes
// (huggingface/transformers, src/transformers/models/<type>, Apache-2.0) and the repositories' own code.

import type { Keys } from './keys';
import { recurrentOf } from './recurrent';
import type { Shape } from './shape';

export interface Family {
  /** What the family's code fixes, whatever the file says. */
  readonly fixed?: Partial<Shape>;
  /** Its configuration class's defaults, by key. */
  readonly keys?: Readonly<Record<string, unknown>>;
  /** Widths of the class, for nested configurations that name only what differs from it: hidden, MLP, layers, heads,
   *  KV heads, vocabulary, head width. */
  readonly dims?: readonly number[];
  /** Letters of the layers where the file has no list; `s` counts where there is a window. */
  readonly layers?: string;
  /** MLP width over hidden size where the file has none. */
  readonly mlpRatio?: number;
  /** Rows added to the learned positions. */
  readonly positions?: number;
  /** What `use_qk_norm` and the like mean here. */
  readonly qkNorm?: 'per-head' | 'full';
  readonly routerBias?: boolean;
  readonly sharedGate?: boolean;
  readonly expertBias?: boolean;
  readonly mtp?: string;
  /** Makes the shape right where nothing above can. */
  readonly patch?: (shape: Shape, keys: Keys) => void;
}

const tied = { tie_word_embeddings: true };
const plain = { gatedMlp: false } as const;
const geluDefault = { hidden_act: 'gelu' };
const allBias = { qkvBias: true, outputBias: true, mlpBias: true } as const;
const gpt = { ...plain, ...allBias, norm: 'layernorm' } as const;
const gemma = { norm: 'gemma-rmsnorm', activation: 'gelu-tanh' } as const;
const qk = { qkNorm: 'per-head' } as const;
const deltaNet = { norm: 'gemma-rmsnorm', attentionGate: 'elementwise', ...qk } as const;
const single = { normsPerLayer: 1 } as const;
const cohere = { norm: 'layernorm-no-bias', ...single } as const;
const dropouts = { resid_pdrop: 0.1, attn_pdrop: 0.1 };

const llama: Family = { dims: [4096, 11008, 32, 32, 32, 32000] };
const mistral: Family = { layers: 's', dims: [4096, 14336, 32, 32, 8, 32000] };
const qwen2: Family = {
  fixed: { qkvBias: true, outputBias: false },
  dims: [4096, 22016, 32, 32, 32, 151936],
};
const qwen3: Family = { fixed: qk, keys: { head_dim: 128 }, dims: [4096, 22016, 32, 32, 32, 151936] };
const qwen2moe: Family = { fixed: { qkvBias: true, outputBias: false }, sharedGate: true };
const qwen3next: Family = {
  fixed: deltaNet,
  keys: { full_attention_interval: 4, head_dim: 256, linear_conv_kernel_dim: 4 },
  sharedGate: true,
  mtp: 'qwen-next',
};
const gemma2: Family = {
  fixed: { ...gemma, normsPerLayer: 4 },
  keys: { ...tied, head_dim: 256, sliding_window: 4096, final_logit_softcapping: 30 },
  layers: 'sf',
  dims: [2304, 9216, 26, 8, 4, 256000],
};
const gemma3: Family = {
  fixed: { ...gemma, ...qk, normsPerLayer: 4 },
  keys: { ...tied, head_dim: 256, sliding_window: 4096, max_position_embeddings: 131072 },
  layers: 'sssssf',
  dims: [2304, 9216, 26, 8, 4, 262208],
};
const gemma3n: Family = {
  fixed: { ...gemma, ...qk, normsPerLayer: 4, kvSharedWeights: true },
  keys: {
    ...tied,
    ...{ head_dim: 256, sliding_window: 512, final_logit_softcapping: 30, max_position_embeddings: 32768 },
    ...{ hidden_size_per_layer_input: 256, vocab_size_per_layer_input: 262144, laurel_rank: 64 },
    ...{ altup_num_inputs: 4, num_kv_shared_layers: 15 },
  },
  layers: 'ssssf',
  dims: [2048, 16384, 35, 8, 2, 262400],
};
const gemma4: Family = {
  fixed: { ...gemma, ...qk, normsPerLayer: 4 },
  keys: {
    ...tied,
    ...{ head_dim: 256, global_head_dim: 512, sliding_window: 512, max_position_embeddings: 131072 },
    ...{ hidden_size_per_layer_input: 256, vocab_size_per_layer_input: 262144 },
  },
  layers: 'sssssf',
  dims: [2304, 9216, 30, 8, 4, 262144],
  patch(shape, keys) {
    // A learned scalar a layer. With experts: the dense MLP stays beside them, with three norms more, and the router
    // has a scale for each channel and each expert.
    shape.extraPerLayer = 1;
    if (shape.experts && keys.flag('enable_moe_block') !== false) {
      shape.mlpTypes = 'b';
      shape.normsPerLayer = 7;
      shape.extraPerLayer = 1 + shape.hiddenSize + shape.experts.count;
    }
    if (keys.flag('attention_k_eq_v')) keys.findings.notes.add('shared-key-value-projection');
  },
};
const deepseek3: Family = { routerBias: true, mtp: 'deepseek' };
const glm4moe: Family = { fixed: { outputBias: false }, routerBias: true, mtp: 'deepseek' };
const nemotronH: Family = {
  fixed: { gatedMlp: false, activation: 'relu2', rotary: false, ...single },
  keys: { conv_kernel: 4, n_groups: 8, ssm_state_size: 128, head_dim: 128 },
  routerBias: true,
  mtp: 'nemotron-h',
};
const opt: Family = {
  fixed: { gatedMlp: false, norm: 'layernorm', rotary: false },
  keys: {
    ...tied,
    enable_bias: true,
    activation_function: 'relu',
    dropout: 0.1,
    max_position_embeddings: 2048,
  },
  positions: 2,
  dims: [768, 3072, 12, 12, 12, 50272],
  patch(shape, keys) {
    const bias = keys.flag('enable_bias') !== false;
    Object.assign(shape, { qkvBias: bias, outputBias: bias, mlpBias: bias });
    const width = keys.count('word_embed_proj_dim', { min: 1, max: 1e7 });
    if (width !== undefined && width !== shape.hiddenSize) shape.embeddingWidth = width;
    if (keys.flag('do_layer_norm_before') === false || keys.flag('_remove_final_layer_norm'))
      shape.finalNorm = false;
  },
};
const gpt2: Family = {
  fixed: { ...gpt, fusedQkv: true, rotary: false },
  keys: { ...tied, ...dropouts, activation_function: 'gelu_new', n_positions: 1024, vocab_size: 50257 },
  mlpRatio: 4,
  positions: 0,
};
const falcon: Family = {
  fixed: { ...plain, norm: 'layernorm', fusedQkv: true },
  keys: { ...tied, ...geluDefault, parallel_attn: true, multi_query: true, max_position_embeddings: 2048 },
  mlpRatio: 4,
  patch(shape, keys) {
    const wide = keys.flag('new_decoder_architecture') ?? false;
    if (!wide && keys.flag('multi_query') !== false) shape.kvHeads = 1;
    if (keys.flag('alibi')) shape.rotary = false;
    // One norm feeds both branches, but for the second architecture with two norms in parallel.
    const two = wide ? keys.count('num_ln_in_parallel_attn') !== 1 : keys.flag('parallel_attn') === false;
    if (!two) shape.normsPerLayer = 1;
  },
};
const mpt: Family = {
  fixed: { ...plain, norm: 'layernorm-no-bias', fusedQkv: true, rotary: false },
  keys: { ...tied, ...geluDefault, expansion_ratio: 4 },
  mlpRatio: 4,
  patch(shape, keys) {
    const attention = keys.sub('attn_config');
    const kv = attention.count('kv_n_heads', { min: 1, max: 1e6 });
    if (kv !== undefined) shape.kvHeads = kv;
    else if (attention.text('attn_type') === 'multiquery_attention') shape.kvHeads = 1;
    // Without ALiBi (or rotary) positions are learned.
    if (attention.flag('rope')) shape.rotary = true;
    else if (attention.flag('alibi') === false && shape.maxContext) shape.learnedPositions = shape.maxContext;
    if (keys.flag('no_bias') === false) Object.assign(shape, { ...allBias, norm: 'layernorm' });
  },
};
const mamba1: Family = {
  fixed: { ...single, gatedMlp: false },
  keys: { ...tied, expand: 2, state_size: 16, conv_kernel: 4 },
  layers: 'r',
};
const jamba: Family = {
  fixed: { rotary: false },
  keys: { mamba_expand: 2, mamba_d_state: 16, mamba_d_conv: 4 },
  patch: mambaNorms,
};
const chatglm: Family = {
  fixed: { outputBias: false, mlpBias: false, fusedQkv: true, fusedGateUp: true },
  patch(shape, keys) {
    if (keys.flag('add_qkv_bias')) shape.qkvBias = true;
    if (keys.flag('multi_query_attention') === false && shape.heads) shape.kvHeads = shape.heads;
  },
};
const lfm2moe: Family = { fixed: qk, keys: { ...tied, conv_L_cache: 3 }, routerBias: true };
const lfm2: Family = {
  ...lfm2moe,
  patch(shape, keys) {
    // Two thirds of what is written, rounded up.
    const written = keys.count('block_ff_dim', { min: 1, max: 1e7 }) ?? shape.mlpWidth;
    if (!written) return;
    shape.mlpWidth = written;
    if (keys.flag('block_auto_adjust_ff_dim') === false) return;
    const factor = keys.find('block_ffn_dim_multiplier')?.value;
    const width = Math.floor(
      Math.floor((2 * written) / 3) * (typeof factor === 'number' && factor > 0 ? factor : 1),
    );
    const multiple = keys.count('block_multiple_of', { min: 1, max: 1e6 }) ?? 256;
    shape.mlpWidth = multiple * Math.ceil(width / multiple);
  },
};
const hunyuan: Family = { keys: tied, qkNorm: 'per-head' };
const ernie: Family = { keys: tied, routerBias: true };

/** Norms over Mamba's step, B and C (Jamba). */
function mambaNorms(shape: Shape): void {
  const { recurrent: r, layerTypes = 'r' } = shape;
  if (r?.kind !== 'mamba1') return;
  let layers = 0;
  for (let i = 0; i < shape.layers; ++i) if (layerTypes[i % layerTypes.length] === 'r') ++layers;
  if (r.keyDim && r.state) shape.extraTotal = layers * (r.keyDim + 2 * r.state);
}

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
  granitemoe: llama,
  granitemoeshared: llama,
  granitemoehybrid: {
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
  qwen3vlmoe: 'qwen3moe',
  qwen3omnimoe: 'qwen3moe',
  qwen3next,
  qwen35: qwen3next,
  qwen35moe: qwen3next,
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
