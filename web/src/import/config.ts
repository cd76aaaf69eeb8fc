// A Hugging Face `config.json` -> the shape that the core computes with. Architectures are known by `model_type`
// (families.ts); another one with the usual keys is estimated by general rules, and the answer says so. Nothing here
// throws, whatever is pasted, and no figure is used before its type and range are checked.

import { expertsOf } from './experts';
import { type Family, familyOf } from './families';
import { Findings, isObject, type JsonObject, Keys, type Limits } from './keys';
import { kMaxConfigCharacters, kMaxDepth, parseJson } from './json';

export { kMaxConfigCharacters, kMaxDepth };
import { blockConfigs, expertLayersOf, mixersOf, period, singleBlocks } from './layers';
import { kHeads, kWidth, names } from './names';
import { recurrentOf } from './recurrent';
import type { Activation, Experts, Imported, NormKind, Shape } from './shape';
import { towerParameters } from './towers';
import { weightFormatOf } from './weight-format';

/** Where the language model's part of a multimodal configuration stands. */
const nestings = [
  'text_config',
  'llm_config',
  'language_config',
  'thinker_config',
  'language_model',
  'text_model_config',
];

/** As importConfig, from text as it was pasted or read. */
export function importConfigText(text: string): Imported {
  const findings = new Findings();
  const config = parseJson(text, 'config', kMaxConfigCharacters, findings);
  return findings.problems.length > 0 ? result(findings) : importConfig(config);
}

/** The shape, or what is wrong; `config` is a parsed config.json. */
export function importConfig(config: unknown): Imported {
  const findings = new Findings();
  if (!isObject(config)) {
    findings.problem('config', 'wrong-type');
    return result(findings);
  }
  let text: JsonObject = config;
  let prefix = '';
  // A cycle cannot come out of JSON; depth is bounded all the same.
  for (let depth = 0; depth < 4; ++depth) {
    const key = nestings.find((k) => isObject(text[k]) && Object.keys(text[k]).length > 0);
    if (!key) break;
    text = text[key] as JsonObject;
    prefix += `${key}.`;
  }
  if (config['is_encoder_decoder'] === true || text['is_encoder_decoder'] === true) {
    findings.problem('is_encoder_decoder', 'not-a-decoder');
    return result(findings);
  }
  // BERT and what is named after it write no text.
  if (/bert/u.test(String(text['model_type']))) {
    findings.problem('model_type', 'not-a-decoder');
    return result(findings);
  }
  const known = familyOf([
    text['model_type'],
    first(text['architectures']),
    config['model_type'],
    first(config['architectures']),
  ]);
  if (!known) findings.notes.add('unknown-architecture');
  const keys = new Keys(text, known?.family.keys ?? {}, prefix, findings);
  const shape = shapeOf(keys, known?.family, config, prefix !== '');
  if (prefix !== '') findings.notes.add('text-part-of-multimodal');
  const weightFormat = weightFormatOf(text, config, findings);
  const type = text['model_type'];
  const family = known?.id ?? (typeof type === 'string' ? type.slice(0, 40) : undefined);
  return result(findings, shape, family, weightFormat);
}

function result(findings: Findings, shape?: Shape, family?: string, weightFormat?: string): Imported {
  const problems = findings.problems;
  return {
    ...(shape && problems.length === 0 && { shape }),
    ...(family !== undefined && { family }),
    ...(weightFormat !== undefined && { weightFormat }),
    notes: [...findings.notes],
    assumed: [...findings.assumed],
    problems,
  };
}

function first(x: unknown): unknown {
  return Array.isArray(x) ? x[0] : undefined;
}

function shapeOf(
  keys: Keys,
  family: Family | undefined,
  config: JsonObject,
  nested: boolean,
): Shape | undefined {
  const fixed = family?.fixed ?? {};
  const dims = nested ? (family?.dims ?? []) : [];
  /** A width that must be there; in a nested configuration the class's own default may stand in. */
  const required = (which: string, limits: Limits, byClass: number | undefined, name = which): number => {
    const given = keys.count(which, limits);
    if (given !== undefined) return given;
    if (keys.has(which)) return NaN;
    if (byClass === undefined) {
      keys.problem(name, 'missing');
      return NaN;
    }
    assume(keys, name);
    return byClass;
  };
  const blocks = singleBlocks(keys);
  const layers =
    blocks && !keys.has(names.layers)
      ? blocks.mixers.length
      : required(names.layers, { min: 1, max: 1e4 }, dims[2]);
  const hiddenSize = required(names.hidden, kWidth, dims[0]);
  const vocabulary = required(names.vocabulary, { min: 1, max: 1e8 }, dims[5], 'vocab_size');
  if (!(layers > 0 && hiddenSize > 0)) return undefined;
  if (blocks && blocks.mixers.length !== layers) {
    keys.problem('hybrid_override_pattern layers_block_type', 'contradicts', layers, 'num_hidden_layers');
    return undefined;
  }

  const shape: Shape = { layers, hiddenSize, vocabulary };
  const maxContext = keys.count(names.context, { min: 1 });
  if (maxContext !== undefined) shape.maxContext = maxContext;
  const window = windowOf(keys, maxContext);
  const mixers = blocks?.mixers ?? mixersOf(keys, family, layers, window);
  if (mixers.includes('s')) shape.window = window;
  if (/[^f]/u.test(mixers)) shape.layerTypes = period(mixers);

  recurrentOf(keys, shape);
  attentionOf(keys, family, shape, mixers, dims, layers);
  mlpsOf(keys, family, shape, blocks?.mlps, dims);
  detailsOf(keys, family, shape);
  Object.assign(shape, fixed);

  const ties = 'tie_word_embeddings tie_embedding';
  const tie = (nested && !keys.mentions(ties) ? topLevelTie(config) : undefined) ?? keys.flag(ties);
  // Transformers writes the key wherever it is false, so silence means tied; a family's own default goes before.
  if (tie === undefined && !family) assume(keys, 'tie_word_embeddings');
  if (tie ?? !family) shape.tiedEmbeddings = true;

  family?.patch?.(shape, keys);
  const towers =
    nested || isObject(config['vision_config']) ? towerParameters(config, hiddenSize, keys.findings) : 0;
  if (towers > 0) shape.towerParameters = towers;
  return tidy(shape);
}

function topLevelTie(config: JsonObject): boolean | undefined {
  const tie = config['tie_word_embeddings'];
  return typeof tie === 'boolean' ? tie : undefined;
}

function assume(keys: Keys, which: string): void {
  keys.findings.assumed.add(keys.field(which.split(' ')[0] as string));
}

/** Tokens of the sliding window; 0 where there is none, or where it is no shorter than the context. */
function windowOf(keys: Keys, maxContext: number | undefined): number {
  if (keys.flag('use_sliding_window') === false) return 0;
  const value = keys.find(names.window)?.value;
  // -1 stands for "none" in some files.
  const window = value === -1 ? 0 : (keys.count(names.window) ?? 0);
  return maxContext !== undefined && window >= maxContext ? 0 : window;
}

function attentionOf(
  keys: Keys,
  family: Family | undefined,
  shape: Shape,
  mixers: string,
  dims: readonly number[],
  layers: number,
): void {
  if (mixers !== '' && !/[fs]/u.test(mixers)) return;
  const given = keys.countOrEach(names.heads, layers, kHeads);
  let heads = Array.isArray(given) ? Math.max(...given) : given;
  if (heads === undefined && !keys.has(names.heads)) {
    heads = dims[3];
    if (heads === undefined) keys.problem(names.heads, 'missing');
    else assume(keys, names.heads);
  }
  if (heads === undefined) return;
  shape.heads = heads;
  if (Array.isArray(given)) shape.layerHeads = given;

  const nas = keys.has('block_configs') ? blockConfigs(keys, layers, heads, shape.hiddenSize) : undefined;
  if (nas) {
    shape.layerKvHeads = nas.kvHeads;
    shape.layerMlpWidths = nas.widths;
  }
  const kv = nas ? Math.max(...nas.kvHeads) : keys.countOrEach(names.kvHeads, layers, kHeads);
  if (Array.isArray(kv)) shape.layerKvHeads = kv;
  // An explicit null means as many as heads; silence, the class's default.
  const silent = kv === undefined && !keys.mentions(names.kvHeads) && dims[4] !== undefined;
  shape.kvHeads = Array.isArray(kv) ? Math.max(...kv) : (kv ?? (silent ? (dims[4] as number) : heads));
  if (silent) assume(keys, names.kvHeads);
  shareKeys(keys, names.kvHeads, shape.kvHeads, heads);

  const kvRank = keys.count('kv_lora_rank', { min: 0, max: 1e6 });
  if (kvRank) latentAttention(keys, shape, kvRank);
  else headWidths(keys, shape, heads);

  const sinks: string[] = [];
  if (keys.flag('add_swa_attention_sink_bias')) sinks.push('s');
  if (keys.flag('add_full_attention_sink_bias')) sinks.push('f');
  if (sinks.length > 0) shape.sinkLayers = sinks.join('');

  const shared = keys.count('num_kv_shared_layers', { max: layers });
  if (shared) shape.kvSharedLayers = shared;
  if (shared && keys.flag('use_double_wide_mlp')) shape.kvSharedDoubleMlp = true;

  if (keys.flag('attn_output_gate attention_output_gate')) shape.attentionGate = 'elementwise';
  const normed = keys.flag('use_qk_norm qk_norm qk_layernorm use_qk_layernorm norm_qk');
  const kind = keys.text('qk_norm_type');
  if (normed)
    shape.qkNorm =
      kind === 'per_layer' ? 'full' : kind === 'per_head' ? 'per-head' : (family?.qkNorm ?? 'per-head');
  indexerOf(keys, shape);
}

/** Each KV head serves the same number of heads. */
function shareKeys(keys: Keys, which: string, kvHeads: number, heads: number): void {
  if (kvHeads > heads) keys.problem(which, 'above-maximum', heads);
  else if (kvHeads > 0 && heads % kvHeads !== 0) keys.problem(which, 'must-divide', heads);
}

/** Multi-head latent attention: every head has its own keys and values, the cache their latent. */
function latentAttention(keys: Keys, shape: Shape, kvRank: number): void {
  const limits = { min: 0, max: 1e6 };
  const qRank = keys.count('q_lora_rank', limits);
  const ropeDim = keys.count('qk_rope_head_dim', limits);
  const nopeDim = keys.count('qk_nope_head_dim', limits);
  if (nopeDim === undefined) keys.problem('qk_nope_head_dim', 'missing');
  const value = keys.count('v_head_dim', limits);
  shape.mla = { kvRank, ...(qRank && { qRank }), ...(ropeDim && { ropeDim }), ...(nopeDim && { nopeDim }) };
  if (value) shape.valueDim = value;
  shape.kvHeads = shape.heads as number;
}

function headWidths(keys: Keys, shape: Shape, heads: number): void {
  const limits = { min: 1, max: 1e6 };
  let headDim = keys.count(names.headDim, limits);
  if (headDim === undefined && !keys.has(names.headDim)) {
    if (shape.hiddenSize % heads !== 0)
      keys.problem(names.heads, 'must-divide', shape.hiddenSize, keys.find(names.hidden)?.name);
    headDim = Math.floor(shape.hiddenSize / heads);
  }
  if (headDim === undefined) return;
  shape.headDim = headDim;
  const valueDim = keys.count('v_head_dim', limits);
  if (valueDim !== undefined && valueDim !== headDim) shape.valueDim = valueDim;
  if (!shape.layerTypes?.includes('s')) return;

  // Gemma 4: the plain keys are those of sliding layers, full layers have their own.
  const full = keys.count('global_head_dim', limits);
  if (full !== undefined && full !== headDim) {
    shape.headDim = full;
    shape.sliding = { headDim };
  }
  const fullKv =
    keys.flag('attention_k_eq_v') === false ? undefined : keys.count('num_global_key_value_heads', kHeads);
  if (fullKv !== undefined && fullKv !== shape.kvHeads) {
    shape.sliding = { ...shape.sliding, ...(shape.kvHeads !== undefined && { kvHeads: shape.kvHeads }) };
    shape.kvHeads = fullKv;
  }
  // MiMo: the other way round.
  const own = {
    heads: keys.count('swa_num_attention_heads', kHeads),
    kvHeads: keys.count('swa_num_key_value_heads', kHeads),
    headDim: keys.count('swa_head_dim', limits),
    valueDim: keys.count('swa_v_head_dim', limits),
  };
  for (const [key, value] of Object.entries(own)) {
    if (value !== undefined && value !== shape[key as keyof typeof own])
      shape.sliding = { ...shape.sliding, [key]: value };
  }
  const { kvHeads = 0, sliding } = shape;
  shareKeys(keys, 'num_global_key_value_heads', kvHeads, heads);
  shareKeys(keys, 'swa_num_key_value_heads', sliding?.kvHeads ?? kvHeads, sliding?.heads ?? heads);
}

function indexerOf(keys: Keys, shape: Shape): void {
  const sparse = keys.sub('sparse_attention_config');
  const limits = { min: 1, max: 1e6 };
  const heads = keys.count('index_n_heads', limits) ?? sparse.count('sparse_num_index_heads', limits);
  const headDim = keys.count('index_head_dim', limits) ?? sparse.count('sparse_index_dim', limits);
  if (heads === undefined || headDim === undefined || sparse.flag('use_sparse_attention') === false) return;
  const types = keys.list('indexer_types', (x) => (x === 'full' ? 'f' : 's'));
  const some = sparse.list('sparse_attention_freq', (x) => (x === 0 || x === false ? 's' : 'f'));
  const own = (types ?? some)?.join('') ?? '';
  shape.indexer = { heads, headDim, ...(own.includes('s') && { layers: period(own) }) };
}

function mlpsOf(
  keys: Keys,
  family: Family | undefined,
  shape: Shape,
  blocks: string | undefined,
  dims: readonly number[],
): void {
  if (
    shape.layerTypes === 'r' &&
    (shape.recurrent?.kind === 'mamba1' || shape.recurrent?.kind === 'mamba2') &&
    !keys.has(names.experts)
  ) {
    // A Mamba layer is one block.
    shape.mlpTypes = 'n';
    return;
  }
  const experts = expertsOf(keys, family);
  const letters = blocks ?? (experts ? expertLayersOf(keys, shape.layers) : '');
  const dense = /[db]/u.test(letters) || letters === '' || family?.fixed?.mlpTypes === 'b';
  // Where every layer has experts, nothing depends on the dense width, whatever stands there.
  const idle = !dense && typeof keys.find(names.mlp)?.value !== 'number';
  const widths = idle
    ? undefined
    : keys.countOrEach(names.mlp, shape.layers, { min: dense ? 1 : 0, max: 1e7 });
  let width = Array.isArray(widths) ? undefined : widths;
  if (Array.isArray(widths)) {
    shape.layerMlpWidths = widths;
  } else if (experts && letters === '') {
    width = undefined;
  } else if (width === undefined && dense && !shape.layerMlpWidths && !keys.has(names.mlp)) {
    if (family?.mlpRatio) {
      width = Math.floor(
        (keys.count('expansion_ratio', { min: 1, max: 100 }) ?? family.mlpRatio) * shape.hiddenSize,
      );
    } else if (dims[1] !== undefined) {
      width = dims[1];
      assume(keys, 'intermediate_size');
    } else {
      keys.problem('intermediate_size', 'missing');
    }
  }
  const shared = keys.count(names.sharedWidth, { max: 1e7 });
  if (!experts && shared && keys.has(names.experts)) width = shared; // Granite without experts: the shared MLP is left
  if (width) shape.mlpWidth = width;
  if (!experts) {
    if (blocks) shape.mlpTypes = period(blocks);
    return;
  }
  shape.experts = experts;
  const leading = /^(d*)e+$/u.exec(letters);
  if (!leading) shape.mlpTypes = period(letters);
  else if (leading[1]) experts.firstDense = leading[1].length;
}

function detailsOf(keys: Keys, family: Family | undefined, shape: Shape): void {
  const fixed = family?.fixed ?? {};
  const all = keys.flag('use_bias bias add_bias_linear');
  const biased = keys.flag('attention_bias attn_bias');
  if (keys.flag('qkv_bias use_qkv_bias add_qkv_bias') ?? biased ?? all) shape.qkvBias = true;
  if (keys.flag('attention_out_bias attention_output_bias') ?? biased ?? all) shape.outputBias = true;
  if (keys.flag('mlp_bias') ?? all) shape.mlpBias = true;
  if (keys.flag('lm_head_bias')) shape.headBias = true;
  if (keys.has('final_logit_softcapping')) shape.logitSoftcap = true;

  const positions = family?.positions;
  if (positions !== undefined && shape.maxContext !== undefined) {
    shape.learnedPositions = shape.maxContext + positions;
    if (shape.learnedPositions > 1e9) keys.problem(names.context, 'above-maximum', 1e9 - positions);
  }

  const dropout = ['resid_pdrop', 'resid_dropout', 'hidden_dropout', 'dropout'].map(
    (k) => keys.find(k)?.value,
  );
  const rate = dropout.find((x) => typeof x === 'number' && x > 0 && x <= 1);
  if (typeof rate === 'number') shape.dropout = rate;
  const attention = keys.find('attn_pdrop attention_dropout')?.value;
  if (typeof attention === 'number' && attention > 0 && attention <= 1) shape.attentionDropout = attention;

  const norm: NormKind | undefined = fixed.norm ?? (family ? undefined : normOf(keys));
  if (norm && norm !== 'rmsnorm') shape.norm = norm;
  activationOf(keys, family, shape);

  const extra = keys.count('hidden_size_per_layer_input', { max: 1e6 });
  if (extra) {
    const altup = keys.count('altup_num_inputs', { max: 100 });
    const laurel = keys.count('laurel_rank', { max: 1e6 });
    shape.perLayerEmbedding = {
      dim: extra,
      vocabulary: keys.count('vocab_size_per_layer_input', { max: 1e8 }) ?? shape.vocabulary,
      ...(altup && { altup }),
      ...(laurel && { laurelRank: laurel }),
    };
  }
  const mtp = keys.count(names.mtp, { max: 1e3 });
  if (mtp && (family?.mtp || !family)) {
    const kind = family?.mtp ?? 'deepseek';
    shape.mtp = { layers: mtp, ...(kind !== 'deepseek' && { kind }) };
    keys.findings.notes.add('mtp-layers-stored');
  }
}

/** General rule: the name of the epsilon tells the norm. */
function normOf(keys: Keys): NormKind | undefined {
  if (keys.flag('use_gemma_norm')) return 'gemma-rmsnorm';
  if (keys.has('rms_norm_eps rmsnorm') || keys.text('norm_class_name') === 'RMSNorm') return 'rmsnorm';
  return keys.has('layer_norm_eps layer_norm_epsilon') && !keys.has('kv_lora_rank') ? 'layernorm' : undefined;
}

const activations: readonly (readonly [RegExp, Activation])[] = [
  [/silu|swish|swiglu|situ/u, 'silu'],
  [/relu2|relu_?squared|xielu/u, 'relu2'],
  [/relu/u, 'relu'],
  [/gelu_pytorch_tanh|gelu_tanh|gelu_python_tanh/u, 'gelu-tanh'],
  [/gelu_new/u, 'gelu-new'],
  [/gelu/u, 'gelu'],
];

function activationOf(keys: Keys, family: Family | undefined, shape: Shape): void {
  const word = keys.text(names.activation)?.toLowerCase();
  const activation = word === undefined ? undefined : activations.find(([r]) => r.test(word))?.[1];
  if (activation && activation !== 'silu') shape.activation = activation;
  if (family || !activation) return;
  // General rule: SiLU and tanh-GELU come with a gate, the older ones do not.
  if (activation !== 'silu' && activation !== 'gelu-tanh') shape.gatedMlp = false;
}

/** Leaves out what equals the core's default, so that equal models give equal shapes. */
export function tidy(shape: Shape): Shape {
  const defaults: Partial<Shape> = {
    gatedMlp: true,
    activation: 'silu',
    norm: 'rmsnorm',
    normsPerLayer: 2,
    finalNorm: true,
    qkNorm: 'none',
    rotary: true,
    attentionBlocks: 1,
    denseBlocks: 1,
  };
  const idle = (key: string, value: unknown) => {
    const usual = defaults[key as keyof Shape];
    if (usual !== undefined) return value === usual || value === undefined;
    return value === undefined || value === false || value === 0 || value === '';
  };
  const kept = Object.entries(shape).filter(([key, value]) => !idle(key, value));
  const tidied = Object.fromEntries(kept) as unknown as Shape;
  if (!tidied.experts) return tidied;
  const experts = Object.entries(tidied.experts).filter(([, value]) => value !== false);
  return { ...tidied, experts: Object.fromEntries(experts) as unknown as Experts };
}

/** Whether an object is a configuration rather than a shape in the core's words. */
export function isConfig(x: unknown): boolean {
  if (!isObject(x)) return false;
  const keys = ['model_type', 'architectures', ...nestings, ...`${names.hidden} ${names.layers}`.split(' ')];
  return keys.some((key) => Object.hasOwn(x, key));
}
