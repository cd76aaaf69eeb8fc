// The shape of the model in a GGUF file: its metadata, told in the keys of a configuration and read by the same rules,
// then set right by the tensors that are really there.

import { importConfig, tidy } from './config';
import type { Gguf, GgufTensor, MetaValue } from './gguf';
import { period } from './layers';
import type { Problem } from '../engine/types';
import type { Imported, Shape } from './shape';

/** Metadata key (behind the architecture's name) -> key of a configuration. */
const plainKeys: Readonly<Record<string, string>> = {
  embedding_length: 'hidden_size',
  context_length: 'max_position_embeddings',
  'attention.head_count': 'num_attention_heads',
  'attention.value_length': 'v_head_dim',
  'attention.sliding_window': 'sliding_window',
  'attention.kv_lora_rank': 'kv_lora_rank',
  'attention.q_lora_rank': 'q_lora_rank',
  'attention.shared_kv_layers': 'num_kv_shared_layers',
  'attention.indexer.head_count': 'index_n_heads',
  'attention.indexer.key_length': 'index_head_dim',
  expert_count: 'n_routed_experts',
  expert_used_count: 'num_experts_per_tok',
  nextn_predict_layers: 'num_nextn_predict_layers',
  final_logit_softcapping: 'final_logit_softcapping',
  embedding_length_per_layer_input: 'hidden_size_per_layer_input',
  'altup.num_inputs': 'altup_num_inputs',
  moe_latent_size: 'moe_latent_size',
  'shortconv.l_cache': 'conv_L_cache',
};

/** Those that take more than copying, for problems to be told by. */
const otherKeys: Readonly<Record<string, string>> = {
  ...plainKeys,
  block_count: 'num_hidden_layers',
  feed_forward_length: 'intermediate_size',
  'attention.head_count_kv': 'num_key_value_heads',
  'attention.key_length': 'head_dim',
  'rope.dimension_count': 'qk_rope_head_dim',
  'attention.key_length_mla': 'qk_nope_head_dim',
  expert_feed_forward_length: 'moe_intermediate_size',
  'ssm.time_step_rank': 'mamba_n_heads',
};

/**
 * The shape of the model whose metadata is `file.meta`, undefined where it is none (a vision tower, an adapter).
 * @param tensors those of all parts of the model
 * @param complete whether all parts are there: what is absent then is absent from the model
 */
export function importGguf(
  file: Gguf,
  tensors: readonly GgufTensor[],
  complete: boolean,
): Imported | undefined {
  const architecture = file.meta.get('general.architecture');
  if (typeof architecture !== 'string') return undefined;
  const own = (key: string): MetaValue | undefined => file.meta.get(`${architecture}.${key}`);
  const blocks = own('block_count');
  const vocabulary =
    tensors.find((t) => t.name === 'token_embd.weight')?.dims[1] ??
    own('vocab_size') ??
    file.lengths.get('tokenizer.ggml.tokens');
  if (typeof blocks !== 'number' || own('embedding_length') === undefined || vocabulary === undefined)
    return undefined;
  const next = own('nextn_predict_layers');
  const layers = blocks - (typeof next === 'number' && next > 0 && next < blocks ? next : 0);
  if (!(layers >= 1 && layers <= 1e4)) {
    return {
      notes: [],
      assumed: [],
      problems: [{ field: `${architecture}.block_count`, code: 'above-maximum', limit: 1e4 }],
    };
  }
  const byLayer = new TensorsByLayer(tensors, layers);
  const config = { ...keysOf(own, byLayer, layers), model_type: architecture, vocab_size: vocabulary };
  const imported = importConfig(config);
  if (!imported.shape)
    return { ...imported, problems: imported.problems.map((p) => inFile(p, architecture)) };
  const kvHeads = config.num_key_value_heads;
  if (typeof kvHeads === 'number' && !imported.shape.mla) imported.shape.kvHeads = kvHeads;
  if (complete) correct(imported.shape, byLayer, imported.family);
  return { ...imported, shape: tidy(imported.shape) };
}

/** A problem of a configuration's key, told of the file's. */
function inFile(problem: Problem, architecture: string): Problem {
  const own = (key: string) => {
    const found = Object.entries(otherKeys).find(([, to]) => to === key);
    return found ? `${architecture}.${found[0]}` : key;
  };
  const { nearest } = problem;
  return { ...problem, field: own(problem.field), ...(nearest !== undefined && { nearest: own(nearest) }) };
}

/** Tensors by layer and role: "blk.3.attn_q.weight" is `attn_q.weight` of layer 3. */
class TensorsByLayer {
  readonly outer = new Map<string, GgufTensor>();
  readonly layers: Map<string, GgufTensor>[];

  constructor(tensors: readonly GgufTensor[], layers: number) {
    this.layers = Array.from({ length: layers }, () => new Map<string, GgufTensor>());
    for (const tensor of tensors) {
      const match = /^blk\.(\d+)\.(.*)$/u.exec(tensor.name);
      if (match) this.layers[Number(match[1])]?.set(match[2] as string, tensor);
      else this.outer.set(tensor.name, tensor);
    }
  }

  /** The first layer's tensor of that role, in whichever layer it first appears. */
  find(role: string): GgufTensor | undefined {
    for (const layer of this.layers) {
      const tensor = layer.get(role);
      if (tensor) return tensor;
    }
    return undefined;
  }

  /** Rows of a matrix. */
  rows(role: string): number | undefined {
    return this.find(role)?.dims[1];
  }
}

const has = (layer: ReadonlyMap<string, GgufTensor>, ...roles: string[]) =>
  roles.some((role) => layer.has(role));

function attends(layer: ReadonlyMap<string, GgufTensor>): boolean {
  return (
    has(layer, 'attn_q.weight', 'attn_qkv.weight', 'attn_kv_a_mqa.weight', 'attn_q_a.weight') &&
    !recurs(layer)
  );
}

function recurs(layer: ReadonlyMap<string, GgufTensor>): boolean {
  return has(
    layer,
    'ssm_out.weight',
    'ssm_conv1d.weight',
    'ssm_a',
    'ssm_conv1d_q.weight',
    'shortconv.conv.weight',
    'time_mix_key.weight',
  );
}

function keysOf(own: (key: string) => MetaValue | undefined, tensors: TensorsByLayer, layers: number) {
  const keys: Record<string, unknown> & { num_key_value_heads?: unknown } = { num_hidden_layers: layers };
  for (const [from, to] of Object.entries(plainKeys)) {
    const value = own(from);
    if (typeof value === 'number') keys[to] = value;
    else if (Array.isArray(value)) keys[to] = oneOrAll(value, layers);
  }
  const number = (key: string) => {
    const value = own(key);
    return typeof value === 'number' ? value : undefined;
  };
  const set = (key: string, value: unknown) => {
    if (value !== undefined) keys[key] = value;
  };
  set('num_key_value_heads', oneOrAll(own('attention.head_count_kv'), layers));
  set('intermediate_size', oneOrAll(own('feed_forward_length'), layers));
  // Sliding layers' own widths; `key_length` is then that of full layers.
  const key = number('attention.key_length');
  const sliding = number('attention.key_length_swa');
  set('head_dim', sliding ?? key);
  if (sliding !== undefined) set('global_head_dim', key);
  if (sliding !== undefined) delete keys['v_head_dim'];
  const rope = number('rope.dimension_count');
  if (number('attention.kv_lora_rank')) {
    const keyLength = number('attention.key_length_mla') ?? key;
    set('qk_rope_head_dim', rope);
    if (keyLength !== undefined && rope !== undefined) set('qk_nope_head_dim', keyLength - rope);
    set('v_head_dim', number('attention.value_length_mla') ?? number('attention.value_length'));
    delete keys['head_dim'];
  }
  const up = tensors.find('ffn_up_exps.weight') ?? tensors.find('ffn_gate_up_exps.weight');
  set('moe_intermediate_size', number('expert_feed_forward_length') ?? up?.dims[1]);
  set('shared_expert_intermediate_size', tensors.rows('ffn_up_shexp.weight'));
  set('vocab_size_per_layer_input', tensors.outer.get('per_layer_token_embd.weight')?.dims[1]);
  recurrentKeys(number, tensors, set);

  const pattern = own('attention.sliding_window_pattern');
  const windowed = Array.isArray(pattern) && pattern.length >= layers ? pattern : undefined;
  if (typeof pattern === 'number' && pattern > 1) set('sliding_window_pattern', pattern);
  const recurrent = tensors.layers.some(recurs);
  if (recurrent || windowed) {
    const word = (layer: ReadonlyMap<string, GgufTensor>, i: number) =>
      recurs(layer) ? 'linear_attention' : windowed?.[i] ? 'sliding_attention' : 'full_attention';
    set('layer_types', tensors.layers.map(word));
  }
  return keys;
}

/** A list with one value in it (zeros aside: layers that have none) as that value. */
function oneOrAll(value: MetaValue | undefined, layers: number): unknown {
  if (!Array.isArray(value)) return value;
  const list: readonly number[] = value.slice(0, layers);
  const given = list.filter((x) => x !== 0);
  return given.every((x) => x === given[0]) ? given[0] : list;
}

function recurrentKeys(
  number: (key: string) => number | undefined,
  tensors: TensorsByLayer,
  set: (key: string, value: unknown) => void,
): void {
  const inner = number('ssm.inner_size');
  const rank = number('ssm.time_step_rank');
  const state = number('ssm.state_size');
  const convolution = number('ssm.conv_kernel');
  const kda = number('kda.head_dim');
  if (kda !== undefined) {
    set('linear_attn_config', {
      num_heads: number('attention.head_count'),
      head_dim: kda,
      short_conv_kernel_size: convolution,
    });
  } else if (
    tensors.find('ssm_ba.weight') ??
    tensors.find('ssm_beta.weight') ??
    tensors.find('ssm_alpha.weight')
  ) {
    set('linear_num_key_heads', number('ssm.group_count'));
    set('linear_num_value_heads', rank);
    set('linear_key_head_dim', state);
    if (inner !== undefined && rank) set('linear_value_head_dim', inner / rank);
    set('linear_conv_kernel_dim', convolution);
  } else if (state !== undefined) {
    set('mamba_d_state', state);
    set('mamba_d_conv', convolution);
    set('mamba_d_ssm', inner);
    if (tensors.find('ssm_x.weight')) {
      set('mamba_dt_rank', rank);
    } else {
      set('mamba_n_heads', rank);
      set('mamba_n_groups', number('ssm.group_count'));
    }
  }
}

/** What tensors show goes before what a family's rules say. */
function correct(shape: Shape, tensors: TensorsByLayer, family: string | undefined): void {
  const { outer, layers } = tensors;
  shape.tiedEmbeddings = !outer.has('output.weight');
  shape.headBias = outer.has('output.bias');
  shape.embeddingNorm = outer.has('token_embd_norm.weight') && shape.recurrent?.kind !== 'short-conv';
  shape.qkvBias = (tensors.find('attn_q.bias') ?? tensors.find('attn_qkv.bias')) !== undefined;
  shape.outputBias = tensors.find('attn_output.bias') !== undefined;
  shape.mlpBias = (tensors.find('ffn_up.bias') ?? tensors.find('ffn_down.bias')) !== undefined;
  shape.fusedQkv = tensors.find('attn_qkv.weight') !== undefined && !shape.layerTypes?.includes('r');
  const qNorm = tensors.find('attn_q_norm.weight')?.elements;
  if (!shape.mla)
    shape.qkNorm =
      qNorm === undefined ? 'none' : qNorm <= Math.max(shape.headDim ?? 0, 1) ? 'per-head' : 'full';
  if (tensors.find('attn_sinks.weight')) shape.sinkLayers ??= 'sf';
  const positions = outer.get('position_embd.weight')?.dims[1];
  if (positions !== undefined) shape.learnedPositions = positions;

  mlps(shape, tensors);
  if (shape.experts) {
    shape.experts.routerBias =
      (tensors.find('exp_probs_b.bias') ?? tensors.find('ffn_gate_inp.bias')) !== undefined;
    shape.experts.bias = tensors.find('ffn_up_exps.bias') !== undefined;
    shape.experts.sharedGate = tensors.find('ffn_gate_inp_shexp.weight') !== undefined;
  }
  if (family === undefined && outer.has('output_norm.bias')) shape.norm = 'layernorm';

  // Parallel mixers (Falcon-H1) were told as two layers each: leave them so.
  if (shape.layers !== layers.length) return;
  const window = shape.layerTypes ?? 'f';
  const mixers = layers.map((layer, i) =>
    recurs(layer) ? 'r' : attends(layer) ? (window[i % window.length] === 's' ? 's' : 'f') : 'n',
  );
  const types = period(mixers.join(''));
  if (types === 'f') delete shape.layerTypes;
  else shape.layerTypes = types;
  if (!types.includes('s')) delete shape.window;

  const norms = new Set(
    layers.map((layer) => [...layer.values()].filter((t) => isNorm(t, shape.hiddenSize)).length),
  );
  if (norms.size === 1) shape.normsPerLayer = [...norms][0] as number;
}

function isNorm(tensor: GgufTensor, hidden: number): boolean {
  return (
    /norm(_\d)?\.weight$/u.test(tensor.name) &&
    !/(_q|_k|_a|ssm|sub)_norm/u.test(tensor.name) &&
    tensor.dims.length === 1 &&
    tensor.elements === hidden
  );
}

function mlps(shape: Shape, tensors: TensorsByLayer): void {
  const letters = tensors.layers
    .map((layer) => {
      const experts = has(layer, 'ffn_up_exps.weight', 'ffn_gate_up_exps.weight', 'ffn_up.0.weight');
      const dense = has(layer, 'ffn_up.weight', 'ffn_gate_up.weight');
      return experts ? (dense ? 'b' : 'e') : dense ? 'd' : 'n';
    })
    .join('');
  const up = tensors.rows('ffn_up.weight');
  const down = tensors.find('ffn_down.weight')?.dims[0];
  const gate =
    tensors.find('ffn_gate.weight') ??
    tensors.find('ffn_gate_exps.weight') ??
    tensors.find('ffn_gate_up_exps.weight') ??
    tensors.find('ffn_gate.0.weight');
  if (down !== undefined && !shape.layerMlpWidths) shape.mlpWidth = down;
  shape.fusedGateUp = gate === undefined && up !== undefined && up === 2 * (down ?? 0);
  shape.gatedMlp =
    gate !== undefined || shape.fusedGateUp || (up === undefined && shape.experts === undefined);
  if (letters.length !== shape.layers) return;
  if (shape.experts) delete shape.experts.firstDense;
  delete shape.mlpTypes;
  const leading = /^(d*)e+$/u.exec(letters);
  if (leading && shape.experts) {
    if (leading[1]) shape.experts.firstDense = leading[1].length;
  } else if (/[^d]/u.test(letters)) {
    shape.mlpTypes = period(letters);
  }
}
