// Families that several names share, and those with rules of their own. Sources as in families.ts.

import type { Family } from './family';
import type { Shape } from './shape';

export const tied = { tie_word_embeddings: true };
const plain = { gatedMlp: false } as const;
export const geluDefault = { hidden_act: 'gelu' };
const allBias = { qkvBias: true, outputBias: true, mlpBias: true } as const;
export const gpt = { ...plain, ...allBias, norm: 'layernorm' } as const;
export const gemma = { norm: 'gemma-rmsnorm', activation: 'gelu-tanh' } as const;
export const qk = { qkNorm: 'per-head' } as const;
const deltaNet = { norm: 'gemma-rmsnorm', attentionGate: 'elementwise', ...qk } as const;
export const single = { normsPerLayer: 1 } as const;
export const cohere = { norm: 'layernorm-no-bias', ...single } as const;
const dropouts = { resid_pdrop: 0.1, attn_pdrop: 0.1 };

export const llama: Family = { dims: [4096, 11008, 32, 32, 32, 32000] };
export const mistral: Family = { layers: 's', dims: [4096, 14336, 32, 32, 8, 32000] };
export const qwen2: Family = {
  fixed: { qkvBias: true, outputBias: false },
  dims: [4096, 22016, 32, 32, 32, 151936],
};
export const qwen3: Family = { fixed: qk, keys: { head_dim: 128 }, dims: [4096, 22016, 32, 32, 32, 151936] };
export const qwen2moe: Family = { fixed: { qkvBias: true, outputBias: false }, sharedGate: true };
export const qwen3next: Family = {
  fixed: deltaNet,
  keys: { full_attention_interval: 4, head_dim: 256, linear_conv_kernel_dim: 4 },
  sharedGate: true,
  mtp: 'qwen-next',
};
export const gemma2: Family = {
  fixed: { ...gemma, normsPerLayer: 4 },
  keys: { ...tied, head_dim: 256, sliding_window: 4096, final_logit_softcapping: 30 },
  layers: 'sf',
  dims: [2304, 9216, 26, 8, 4, 256000],
};
export const gemma3: Family = {
  fixed: { ...gemma, ...qk, normsPerLayer: 4 },
  keys: { ...tied, head_dim: 256, sliding_window: 4096, max_position_embeddings: 131072 },
  layers: 'sssssf',
  dims: [2304, 9216, 26, 8, 4, 262208],
};
export const gemma3n: Family = {
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
export const gemma4: Family = {
  fusedExperts: true,
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
export const deepseek3: Family = { routerBias: true, mtp: 'deepseek' };
export const glm4moe: Family = { fixed: { outputBias: false }, routerBias: true, mtp: 'deepseek' };
export const nemotronH: Family = {
  fixed: { gatedMlp: false, activation: 'relu2', rotary: false, ...single },
  keys: { conv_kernel: 4, n_groups: 8, ssm_state_size: 128, head_dim: 128 },
  routerBias: true,
  mtp: 'nemotron-h',
};
export const opt: Family = {
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
export const gpt2: Family = {
  fixed: { ...gpt, fusedQkv: true, rotary: false },
  keys: { ...tied, ...dropouts, activation_function: 'gelu_new', n_positions: 1024, vocab_size: 50257 },
  mlpRatio: 4,
  positions: 0,
};
export const falcon: Family = {
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
export const mpt: Family = {
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
export const mamba1: Family = {
  fixed: { ...single, gatedMlp: false },
  keys: { ...tied, expand: 2, state_size: 16, conv_kernel: 4 },
  layers: 'r',
};
export const jamba: Family = {
  fixed: { rotary: false },
  keys: { mamba_expand: 2, mamba_d_state: 16, mamba_d_conv: 4 },
  patch: mambaNorms,
};
export const chatglm: Family = {
  fixed: { outputBias: false, mlpBias: false, fusedQkv: true, fusedGateUp: true },
  patch(shape, keys) {
    if (keys.flag('add_qkv_bias')) shape.qkvBias = true;
    if (keys.flag('multi_query_attention') === false && shape.heads) shape.kvHeads = shape.heads;
  },
};
export const lfm2moe: Family = { fixed: qk, keys: { ...tied, conv_L_cache: 3 }, routerBias: true };
export const lfm2: Family = {
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
export const hunyuan: Family = { keys: tied, qkNorm: 'per-head' };
export const ernie: Family = { keys: tied, routerBias: true };

/** Norms over Mamba's step, B and C (Jamba). */
function mambaNorms(shape: Shape): void {
  const { recurrent: r, layerTypes = 'r' } = shape;
  if (r?.kind !== 'mamba1') return;
  let layers = 0;
  for (let i = 0; i < shape.layers; ++i) if (layerTypes[i % layerTypes.length] === 'r') ++layers;
  if (r.keyDim && r.state) shape.extraTotal = layers * (r.keyDim + 2 * r.state);
}
