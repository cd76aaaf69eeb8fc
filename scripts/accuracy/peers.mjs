// The rules that other calculators publish, on the same rows: src/catalog/peer_rules.json (each reproduces that
// tool's recorded answers, which a test holds it to) and rules.json (rules stated in prose).

import { readFileSync } from 'node:fs';

import { evaluate } from './formula.mjs';
import { SHAPES } from './shapes.mjs';

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
export const peerRules = () => read('../../src/catalog/peer_rules.json').rules;
export const proseRules = () => read('./rules.json').rules;

/** The variant of a rule for this task and these facets, or null. */
export function variantFor(rule, task, facets) {
  return (
    rule.variants.find(
      (v) => v.task === task && Object.entries(v.when).every(([name, values]) => values.includes(facets[name])),
    ) ?? null
  );
}

const CATALOGUE = new Map(read('../../src/catalog/models.json').models.map((m) => [m.id, m]));

/** Dimensions of a question's model under the rules' symbols; parameters where the catalogue publishes them. */
export function shapeOf(model, key) {
  if (typeof model === 'string') {
    const { shape, published, family } = CATALOGUE.get(model);
    const stored = published.parameters - (published.storedBesides ?? 0);
    return {
      N: stored,
      L: shape.layers,
      h: shape.hiddenSize,
      a: shape.heads,
      k: shape.kvHeads,
      d: shape.headDim ?? shape.valueDim ?? shape.mla?.nopeDim,
      D: shape.mla ? shape.hiddenSize / shape.heads : shape.headDim,
      f: shape.mlpWidth,
      V: shape.vocabulary,
      H: shape.tiedEmbeddings ? 0 : shape.hiddenSize * shape.vocabulary,
      kvRank: shape.mla?.kvRank,
      ropeDim: shape.mla?.ropeDim,
      family,
      gated: shape.gatedMlp !== false,
      experts: shape.experts?.count > 0,
      attentionKind: shape.mla ? 'mla' : shape.layerTypes ? 'mixed' : 'full',
    };
  }
  const h = model.hidden_size ?? model.n_embd;
  const L = model.num_hidden_layers ?? model.n_layer;
  const a = model.num_attention_heads ?? model.n_head;
  const d = model.head_dim ?? h / a;
  const f = model.intermediate_size ?? model.n_inner ?? 4 * h;
  const V = model.vocab_size;
  const gated = !/^(gpt|phi$|falcon)/.test(model.model_type);
  const gpt2 = 12 * L * h * h + 13 * L * h + (V + (model.n_positions ?? 0)) * h + 2 * h;
  return {
    N: SHAPES[key]?.parameters ?? gpt2,
    L,
    h,
    a,
    k: model.num_key_value_heads ?? model.num_kv_heads ?? (model.multi_query ? 1 : a),
    d,
    D: d,
    f,
    V,
    H: model.tie_word_embeddings ? 0 : V * h,
    kvRank: model.kv_lora_rank,
    ropeDim: model.qk_rope_head_dim,
    family: model.model_type,
    gated,
    experts: Boolean(model.n_routed_experts),
    attentionKind: model.kv_lora_rank ? 'mla' : 'full',
  };
}

const NOMINAL = { fp32: 4, F32: 4, bf16: 2, fp16: 2, BF16: 2, F16: 2, fp8: 1, int8: 1, 'gptq-int8': 1, 'gptq-int4': 0.5 };
const CACHE = { fp32: [4, 4], bf16: [2, 2], fp16: [2, 2], int8: [1, 1], fp8: [1, 1], q8_0: [1, 1.0625], q4_0: [0.5, 0.5625] };

/** Bytes a weight by the bits in the format's name: "Q4_K_M" 0.5, "IQ3_XS" 0.375, "nf4" 0.5. */
export function nominalBytes(format) {
  if (format in NOMINAL) return NOMINAL[format];
  const bits = /(\d)/.exec(format)?.[1];
  return bits ? Number(bits) / 8 : NaN;
}

/** Widths (in, out) of each linear layer's adapters, by module name. */
function adapterParameters(shape, rank, targets) {
  const { L, h, a, k, d, f, gated } = shape;
  const widths = {
    q_proj: h + a * d,
    k_proj: h + k * d,
    v_proj: h + k * d,
    o_proj: a * d + h,
    gate_proj: gated ? h + f : 0,
    up_proj: h + f,
    down_proj: f + h,
  };
  const names =
    targets === 'all-linear' ? Object.keys(widths) : targets === 'attention' ? ['q_proj', 'k_proj', 'v_proj', 'o_proj'] : targets;
  const perLayer = (names ?? ['q_proj', 'v_proj']).reduce((sum, name) => sum + (widths[name] ?? 0), 0);
  return L * rank * perLayer;
}

/** Symbols and facets of one mapped row. */
export function inputsOf(row) {
  const q = row.question;
  const shape = shapeOf(q.model, row.model);
  const gpus = q.gpus ?? 1;
  const split = (q.tensorParallel ?? 1) * (q.pipelineParallel ?? 1);
  const [e, E] = CACHE[q.kvFormat ?? 'bf16'] ?? [2, 2];
  const { L, h, a, k, d, f, gated } = shape;
  const symbols = {
    ...shape,
    s: q.sequenceTokens ?? q.contextTokens,
    b: q.microBatch ?? q.batch ?? 1,
    w: q.ask === 'training-memory' ? (q.precision === 'fp32' ? 4 : 2) : nominalBytes(q.weightFormat ?? 'bf16'),
    e,
    E,
    n: Math.max(1, gpus / split),
    t: q.tensorParallel ?? 1,
    A: q.method && q.method !== 'full' ? adapterParameters(shape, q.loraRank, q.loraTargets) : 0,
    B: L * (2 * h * a * d + 2 * h * k * d + (gated ? 3 : 2) * h * f),
  };
  const facets = {
    method: q.method,
    precision: q.precision,
    optimizer: q.optimizer,
    recompute: q.recompute,
    sharding: q.sharding,
    offload: q.offload,
    framework: row.assume.framework?.[0],
    pipeline: String(q.pipelineParallel ?? 1),
    weightFormat: q.weightFormat ?? 'bf16',
    engine: q.engine,
    family: /llama/i.test(row.model) ? 'Llama' : /deepseek/i.test(row.model) ? 'DeepSeek' : shape.family,
    attentionKind: shape.attentionKind,
    experts: shape.experts ? 'yes' : 'no',
  };
  return { symbols, facets };
}

/** Which of a rule's tasks a row is; null where no rule is about what the row compares. */
export function taskOf(row) {
  if (row.group === 'weights') return 'weights';
  if (row.group === 'kv-cache') return row.question.ask === 'inference-memory' && row.compare.terms[0] === 'kv-cache' ? 'kv-cache' : null;
  if (row.group === 'inference-transformers') return 'inference';
  if (row.group === 'inference-vllm') {
    const terms = row.compare.terms;
    return terms?.[0] === 'weights' ? 'weights' : terms?.[0] === 'activations' ? 'vllm-activations' : null;
  }
  return row.question.ask === 'training-memory' ? 'training' : null;
}

/** What a rule says of a row, in bytes; null where the rule says nothing of such rows. */
export function peerAnswer(rule, row) {
  const task = taskOf(row);
  if (!task) return null;
  const { symbols, facets } = inputsOf(row);
  const variant = variantFor(rule, task, facets);
  if (!variant) return null;
  const parts = row.compare.terms?.length === 1 && row.compare.terms[0].startsWith('weights');
  if (parts) return null; // one buffer of two: no rule splits weights between GPU and host
  const named = variant.formula.match(/[A-Za-z_]\w*(?!\w*\()/g) ?? [];
  // A rule that needs a width which this kind of model has not (a dense MLP, one head size) says nothing of it.
  if (named.some((symbol) => symbol !== 'e' && !/^(min|max)$/.test(symbol) && !Number.isFinite(symbols[symbol]))) return null;
  return evaluate(variant.formula, symbols);
}
