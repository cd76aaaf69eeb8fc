// infer_memory.csv → questions of kind inference-memory (one row: model).

import { ggufCertainty, ggufType, groupSize, kvFormat, weightFormat, whyNoFormat } from '../formats.mjs';
import { modelOf, whyNoModel } from '../models.mjs';
import { GPUS } from './fit.mjs';
import { familyOf, given, leadingCount, measured, refuse, sourceOf } from '../row.mjs';
import { GIB, MIB } from '../units.mjs';

const WEIGHTS = ['weights', 'weights-*'];
const KV = ['kv-cache', 'kv-cache-*'];
/** What llama.cpp allocates as one buffer a device; the output buffer and host copies are not in it. */
const COMPUTE = ['compute-buffer', 'compute-buffer-*', 'activations', 'logits'];

/** Engines by family; each asks as the engine whose allocations it makes. */
const TRANSFORMERS_FAMILIES = /^(qwen|litgpt|autoawq|gptqllama|glm4|chatglm2|torchao|hf-octocoder|accelerate|baichuan2|yi)/;

/** Rows of the same run (same source line): its model buffer tells how much of the weights lay on the CPU. */
function hostShare(row, rows) {
  const sibling = rows.find((other) => other.source === row.source && /^model buffers/.test(other.component));
  const onCpu = Number(/on CPU ([\d.]+) MiB/.exec(sibling?.notes ?? '')?.[1]);
  return sibling && Number.isFinite(onCpu) ? onCpu / Number(sibling.value) : null;
}

/** "as above" repeats what the source's rows before it say. */
function notesOf(row, rows) {
  if (!/^as above/.test(row.notes)) return row.notes;
  const before = rows.slice(0, rows.findIndex((other) => other.id === row.id));
  return before.filter((other) => other.source === row.source && !/^as above/.test(other.notes)).at(-1)?.notes ?? row.notes;
}

/** More of the weights on the CPU than the token embedding: experts were put there tensor by tensor. */
function expertsOnCpu(row, rows) {
  const share = hostShare(row, rows);
  if (share !== null) return share > 0.1;
  return /deepseek|235b|kimi/i.test(row.model) && Number(row.gpus) <= 4;
}

function ggufWeights(row, family, apart) {
  const type = ggufType(row.weight_format) ?? refuse(whyNoFormat(row.weight_format));
  const certainty = ggufCertainty(type, Number(row.bits_per_weight));
  if (certainty === 'contradiction') refuse('type-contradicts-bits');
  if (certainty === 'mix' && family === 'llamacpp') apart.push('recipe-not-stated');
  return type;
}

function llamaCppRow(row, rows, family, found, apart) {
  const ubatch = Number(/n_ubatch (\d+)/.exec(row.notes)?.[1]);
  const sequences = Number(/n_seq_max (\d+)|-np (\d+)|^(\d+) sequences/.exec(row.notes)?.slice(1).find(Boolean));
  const question = given({
    ask: 'inference-memory',
    model: found.model,
    engine: 'llama.cpp',
    weightFormat: ggufType(row.weight_format) ?? 'Q4_K_M', // the other components do not depend on it
    kvFormat: kvFormat(row.kv_dtype) ?? undefined,
    contextTokens: leadingCount(row.context_total) ?? refuse('context-not-stated'),
    ubatchTokens: ubatch || undefined,
    maxNumSeqs: sequences || undefined,
    attention: row.attention === 'flash' ? 'flash' : 'eager',
  });
  const component = row.component;
  if (component === 'KV cache') return { question, group: 'kv-cache', compare: { terms: KV } };
  if (component === 'recurrent state') {
    return { question, group: 'kv-cache', compare: { terms: ['recurrent-state', 'recurrent-state-*'] } };
  }
  if (/^compute buffer/.test(component)) return computeBuffer(row, rows, question, apart);
  if (/^model buffer/.test(component)) {
    if (/class/.test(row.weight_format)) refuse('format-not-stated');
    question.weightFormat = ggufWeights(row, family, apart);
    const where = { 'model buffer GPU': ['weights'], 'model buffer CPU': ['weights-host'] }[component];
    return { question, group: 'weights', compare: { terms: where ?? WEIGHTS } };
  }
  return refuse('component-not-in-answers');
}

/** The row's compute buffer: of one GPU, or of the busiest where the log prints one a device. */
function computeBuffer(row, rows, question, apart) {
  const fork = /ik_llama/.test(row.engine);
  if (fork) question.engineFork = true;
  // Threads before #400 ended in May 2025, before the graph had one operation for a gated product.
  const thread = Number(/(?:discussions|issues|pull_requests)\/(\d+)-/.exec(row.source)?.[1]);
  if (thread < 400) question.softwareYear = 2025.3;
  if (/mla \d|attn_max_b [1-9]/.test(row.notes)) apart.push('fork-options');
  // Ollama's runner keeps one row of logits: its buffer is smaller than llama.cpp's logits alone.
  if (/Ollama/.test(row.engine)) apart.push('engine-fork');
  // The log names a class of models, and prints less than the logits of this one's micro-batch.
  if (/class/.test(row.model)) apart.push('model-not-certain');
  // Split by rows, the graph runs on the first GPU.
  const gpus = /-sm row/.test(row.source) ? 1 : Number(row.gpus) || 1;
  const onCpu = expertsOnCpu(row, rows);
  if (gpus > 1) {
    question.gpus = gpus;
    // Which layers each device has, and whether inputs are copied, follows from overrides that the row does not name.
    if (onCpu) apart.push('experts-on-cpu');
  } else if (onCpu && !fork) {
    // Experts of a large batch are copied in; the fork's host experts, repacked when loaded, run where they are.
    question.cpuMoeLayers = 10_000;
  }
  const devices = [...row.notes.matchAll(/(?:CUDA|Vulkan|ROCm)\d+ ([\d.]+)/g)].map((match) => Number(match[1]));
  const busiest = gpus > 1 && devices.length > 1 ? { measured: Math.max(...devices) * MIB } : {};
  return { question, group: 'inference-llamacpp', compare: { terms: COMPUTE }, ...busiest };
}

function communityRow(row, found, apart) {
  apart.push('device-reading');
  const type = weightFormat(row.weight_format) ?? refuse(whyNoFormat(row.weight_format));
  return {
    question: given({
      ask: 'inference-memory',
      model: found.model,
      engine: 'llama.cpp',
      weightFormat: type,
      kvFormat: kvFormat(row.kv_dtype) ?? undefined,
      contextTokens: leadingCount(row.context_total) ?? refuse('context-not-stated'),
      ubatchTokens: Number(/n_ubatch (\d+)/.exec(row.notes)?.[1]) || undefined,
      attention: /on|1/.test(row.attention) ? 'flash' : 'eager',
    }),
    assume: { gpu: [GPUS[row.gpu]] },
    group: 'inference-llamacpp',
    compare: { field: 'deviceBytes' },
  };
}

/** What the profile counts beside weights and cache: PyTorch's peak, its cuBLAS workspace included. */
const PROFILE = ['activations', 'activations-*', 'logits', 'logits-*', 'workspace'];

function vllmRow(row, found, apart) {
  // This run's profile lies below the sampler's logits at the default number of sequences: another was set.
  const fewerSequences = /^Mistral-Small-3.2/.test(row.model);
  const question = given({
    ask: 'inference-memory',
    model: found.model,
    engine: 'vllm',
    weightFormat: weightFormat(row.weight_format),
    contextTokens: leadingCount(row.context_total.replace('max-model-len ', '')) ?? 16000,
    maxNumSeqs: 1024, // vLLM's default on a card of 70 GiB or more
    gpus: Number(row.gpus) > 1 ? Number(row.gpus) : undefined,
    tensorParallel: Number(row.gpus) > 1 ? Number(row.gpus) : undefined,
  });
  const component = row.component;
  const group = 'inference-vllm';
  if (/^weights/.test(component)) return { question, group, compare: { terms: WEIGHTS } };
  if (/^peak activation/.test(component)) {
    if (fewerSequences) apart.push('sequences-not-stated');
    return { question, group, compare: { terms: PROFILE } };
  }
  if (/^KV cache left/.test(component)) {
    const share = Number(/utilization ([\d.]+)/.exec(component)[1]);
    if (fewerSequences) apart.push('sequences-not-stated');
    // Its parts as printed (64.38 + 7.38 + 0.13 + 3.33 GiB) are 0.95 of the card, not the 0.90 that the row says.
    if (/^gpt-oss-120b/.test(row.model)) apart.push('utilization-contradicted');
    return {
      question,
      group,
      compare: { room: { capacityBytes: 79.18 * GIB, share, less: [...WEIGHTS, ...PROFILE, 'context', 'context-*'] } },
    };
  }
  if (/^KV cache bytes per token/.test(component)) {
    return { question: { ask: 'model', model: found.model }, group: 'kv-cache', compare: { field: 'kvBytesPerToken' } };
  }
  if (/^non-torch/.test(component)) return { question, group, compare: { terms: ['context', 'context-*'] } };
  return refuse('component-not-in-answers'); // the change of free memory over CUDA graph capture; it may be negative
}

/** The year of the engine where its habits changed since: Qwen3's benchmark ran transformers 4.51. */
const YEAR_OF = { qwen3: 2025 };

/** Formats that store all weights in 16 or 32 bits: nothing is converted while loading. */
const isPlain = (format) => format === 'bf16' || format === 'fp16' || format === 'fp32';

function transformersRow(row, family, found, apart) {
  const also = {};
  let format = weightFormat(row.weight_format) ?? refuse(whyNoFormat(row.weight_format));
  if (format === 'nf4-dq') {
    also.weightFormat = ['nf4-dq'];
    format = 'nf4';
  }
  if (row.engine.startsWith('AutoAWQ, hf')) refuse('cpu-process-memory');
  const weightsOnly = /^weights/.test(row.component);
  const context = leadingCount(row.context_total) ?? (weightsOnly ? 512 : refuse('context-not-stated'));
  if (/^not stated/.test(row.prompt_tokens) && family !== 'qwen1-kv') refuse('context-not-stated');
  // GPTQ-for-LLaMa's benchmark feeds one token at a time; the others' "short" prompts are a sentence.
  const prompt = family === 'gptqllama' ? 1 : leadingCount(row.prompt_tokens) ?? 8;
  const gpus = Number(row.gpus) || 1;
  const summed = gpus > 1 && (/sum/.test(row.statistic) || /GPU0\+GPU1/.test(row.component));
  const litgpt = family.startsWith('litgpt');

  // Quantised on the GPU after loading in bf16: the peak may be the loading.
  if (/transient of quantizing/.test(row.notes)) apart.push('loading-transient');
  // AutoAWQ 0.1.6 joins q, k and v while the parts are still there, and its benchmark counts the peak from the start.
  if (family === 'autoawq') apart.push('loading-transient');
  if (/reserved/.test(row.statistic)) also.statistic = ['reserved'];
  const question = given({
    ask: 'inference-memory',
    model: found.model,
    engine: litgpt ? 'litgpt' : 'transformers',
    weightFormat: format,
    groupSize: groupSize(row.weight_format),
    kvFormat: kvFormat(row.kv_dtype) ?? (isPlain(format) && format === 'fp32' ? 'fp32' : undefined),
    contextTokens: context,
    promptTokens: Math.min(prompt, context),
    // Before 4.45 transformers computed every prompt token's logits.
    promptLogits: /^(qwen2|qwen1|qwen1-kv|autoawq|gptqllama|chatglm2|hf-octocoder)$/.test(family) ? 'all' : 'last',
    batch: Number(row.batch) > 1 ? Number(row.batch) : undefined,
    attention: /eager/.test(row.attention) ? 'eager' : 'flash',
    // What was placed on both devices together is the whole model's.
    gpus: gpus > 1 && !(weightsOnly && summed) ? gpus : undefined,
    tensorParallel: /^TP (\d+)/.test(row.parallelism) ? gpus : undefined,
    softwareYear: Number(YEAR_OF[family]) || undefined,
  });
  if (weightsOnly) return { question, also, group: 'weights', compare: { terms: WEIGHTS } };
  // The peaks of all devices together. Qwen3's figures hold weights and the whole cache and no prompt's
  // intermediates, whatever its length: its script reads the peak of the decoding steps.
  const compare = family === 'qwen3' ? { phase: 'decode' } : { field: summed ? 'allGpusBytes' : 'peakBytes' };
  return { question, also, group: 'inference-transformers', compare };
}

export function inferenceRow(row, rows) {
  const family = familyOf(row.id);
  const apart = [];
  row = { ...row, notes: notesOf(row, rows) };
  if (family === 'yi') refuse('context-not-stated');
  const found = modelOf(row) ?? refuse(whyNoModel(row));
  const value = measured(row.value, row.unit, family, apart);
  let made;
  if (family === 'community') made = communityRow(row, found, apart);
  else if (family.startsWith('llamacpp')) made = llamaCppRow(row, rows, family, found, apart);
  else if (family === 'vllm-planner') made = vllmRow(row, found, apart);
  else if (TRANSFORMERS_FAMILIES.test(family)) made = transformersRow(row, family, found, apart);
  else refuse('engine-not-in-questions');
  if (/^~1024\+/.test(row.context_total)) apart.push('context-not-stated');
  return {
    family,
    source: sourceOf(row),
    confidence: row.confidence,
    model: found.key,
    also: {},
    needs: {},
    assume: {},
    ...value,
    apart: [...new Set(apart)],
    ...made,
  };
}
