// train_memory.csv → questions of kind training-memory.

import { weightFormat } from '../formats.mjs';
import { modelOf, whyNoModel } from '../models.mjs';
import { familyOf, given, leadingCount, measured, refuse, sourceOf } from '../row.mjs';

const MODULES = {
  q: 'q_proj',
  k: 'k_proj',
  v: 'v_proj',
  o: 'o_proj',
  output: 'o_proj',
  proj: 'o_proj',
  gate: 'gate_proj',
  up: 'up_proj',
  down: 'down_proj',
  head: 'lm_head',
};
const MLP = ['gate_proj', 'up_proj', 'down_proj'];
const FUSED_QKV = ['q_proj', 'k_proj', 'v_proj']; // c_attn, W_pack, query_key_value: one matrix for all three

/** "q,v" → module names; "all-linear"; refuses what names neither. */
export function loraTargets(printed) {
  const text = printed.toLowerCase().trim();
  if (text === '') return null;
  if (/all[- ]linear|\(all linear\)|^all\b/.test(text)) return 'all-linear';
  if (/c_attn|w_pack|query_key_value/.test(text)) return FUSED_QKV;
  if (/as config|model\.embed_tokens/.test(text)) refuse('lora-targets-not-stated');
  if (/language_model\.layers/.test(text)) return 'all-linear';
  const bare = text.replace(/^default = /, '').replace(/\s*\(.*\)$/, '');
  const names = bare.split(/\s*,\s*/).flatMap((name) => {
    if (name === 'mlp') return MLP;
    if (/_proj$/.test(name)) return [name];
    return MODULES[name] ?? refuse('lora-targets-not-stated');
  });
  return names;
}

function method(row) {
  const text = row.method.toLowerCase();
  const base = row.base_weight_format.toLowerCase();
  if (/^(dpo|simpo|orpo|kto)/.test(text)) refuse('objective-not-supervised');
  if (/adapter|adalora|llamapro|lisa|boft|loha|lokr|oft|prompt_tuning|randlora|trainable_tokens|vera|p-tuning|badam|dora/.test(text)) {
    refuse('method-not-in-questions');
  }
  if (/^qlora/.test(text)) return 'qlora';
  if (/lora/.test(text)) return /int4|int8|4-bit|awq|aqlm|nf4/.test(base) ? 'qlora' : 'lora';
  if (/full/.test(text)) return 'full';
  return refuse('method-not-in-questions');
}

function optimizer(row) {
  const text = row.optimizer.toLowerCase();
  if (/q-galore/.test(text)) return refuse('method-not-in-questions');
  if (/galore/.test(text)) return 'galore';
  if (/muon/.test(text)) return 'muon';
  if (/pagedadamw8bit/.test(text)) return 'paged-adamw-8bit';
  if (/8-?bit/.test(text) && !/8-bit not stated/.test(text)) return 'adamw-8bit';
  if (/pagedadamw/.test(text)) return 'paged-adamw';
  if (/adam/.test(text) || text === '') return 'adamw';
  return refuse('optimizer-not-in-questions');
}

function precision(row) {
  const text = row.precision.toLowerCase();
  if (/fp8 params|fp8 blockwise/.test(text)) return refuse('precision-not-in-questions');
  if (/fp8|float8/.test(text)) return 'fp8-mixed';
  if (/fp16 amp/.test(text)) return 'fp16-mixed';
  // Weights in bf16 throughout: nothing is kept in fp32.
  if (/pure|bf16-true/.test(text) || /weights bf16, plain torch/.test(row.optimizer_state_dtype)) return 'bf16';
  // Adapters in fp32 over a 16-bit base, under autocast.
  if (/bf16 weights, adapters fp32|bf16 base weights|bf16 weights, hf trainer/.test(text)) return 'bf16-mixed';
  return 'bf16-mixed';
}

function recompute(row) {
  const text = row.recompute.toLowerCase();
  if (/^full/.test(text)) return 'full';
  if (/^none/.test(text)) return 'none';
  if (recomputeEvery(row)) return 'full';
  if (/^selective: (none|core_attn)/.test(text)) return 'selective';
  if (/^selective: /.test(text)) return refuse('needs:recomputeModules');
  if (/^selective/.test(text)) return 'selective';
  return refuse('recomputation-not-stated');
}

/** torchtitan's selective_ac_option of a number: whole layers, one of so many. */
function recomputeEvery(row) {
  const every = /every (\d+)(st|nd|rd|th) layer/.exec(row.recompute);
  return every ? Number(every[1]) : undefined;
}

function crossEntropy(row) {
  const text = row.ce_impl.toLowerCase();
  if (/chunked/.test(text)) return 'chunked';
  // Megatron's "fused CE" is its kernel of a softmax apart from the logits, which are whole.
  if (/fused linear|cut cross-entropy|fused ce \(megatron\)/.test(text)) return 'fused';
  return 'standard';
}

function sharding(row) {
  const text = row.sharding.toLowerCase();
  if (row.gpus === '1') return 'none';
  if (/zero-?1/.test(text)) return 'zero1';
  if (/zero-?2|shard_grad_op/.test(text)) return 'zero2';
  if (/zero-?3|full[ _]shard|^fsdp2?$/.test(text)) return 'zero3';
  if (/ddp|device_map|^$|stage not stated/.test(text)) return 'none';
  if (/megatron/.test(text)) return 'zero1';
  return refuse('sharding-not-stated');
}

function offload(row) {
  const text = row.offload.toLowerCase();
  if (text === '') return 'none';
  if (/fsdp2 cpu offload activations/.test(text)) return 'optimizer+parameters+activations';
  if (/activations/.test(text)) return 'activations';
  if (/^optimizer/.test(text)) return 'optimizer';
  if (/params/.test(text)) return 'optimizer+parameters';
  return refuse('offload-not-stated');
}

/** The words of the frozen weights' format, those of inference and their synonyms. */
export const TRAINING_FORMATS = { 'nf4-dq': ['nf4-double', 'nf4-dq'], int8: ['bnb-int8', 'int8'] };

/** What a family adds: the year of its software and what its scripts set that no column says. */
const FAMILIES = {
  qwen1: { softwareYear: 2023, framework: 'transformers', loraDropout: 0.05 }, // finetune.py
  swift: { softwareYear: 2024, framework: 'ms-swift', loraDropout: 0.05 }, // ms-swift 1.x, lora_dropout_p
  litgpt: { softwareYear: 2023, framework: 'litgpt', loraDropout: 0.05 }, // finetune/lora.py
  'litgpt-mixed': { softwareYear: 2023, framework: 'litgpt', loraDropout: 0.05 },
  'litgpt-hub': { softwareYear: 2024, framework: 'litgpt', loraDropout: 0.05 }, // config_hub/finetune/*.yaml
  torchtune: { softwareYear: 2024, framework: 'torchtune' },
  'torchtune-3b': { softwareYear: 2024, framework: 'torchtune' },
  'torchtune-old': { softwareYear: 2024, framework: 'torchtune' },
  ao: { softwareYear: 2025.1, framework: 'torchtitan' }, // float8nocompile: February 2025
  titan: { framework: 'torchtitan' },
  fsdpqlora: { softwareYear: 2024, framework: 'fsdp-qlora', loraDropout: 0.1 }, // train.py
  peft: { softwareYear: 2025, framework: 'peft' },
  'mbridge-70b': { softwareYear: 2025, framework: 'megatron' },
  'swift-ex': { softwareYear: 2025, framework: 'ms-swift', loraDropout: 0.05 },
  'swift-mega': { softwareYear: 2025, framework: 'ms-swift' },
  axolotl: { softwareYear: 2025, framework: 'axolotl' },
  xtuner: { softwareYear: 2025, framework: 'xtuner' },
};

/** The date of the software as a year, where the row names it: torchtitan 0.0.2 is of February 2025. */
const DATED = [
  [/torchtitan 0\.0\.2/, 2025.1],
  [/torchtitan June 2025/, 2025.42],
  [/torchtitan 2c8b594/, 2025.6],
  [/torchtitan 9dec370/, 2024.98],
  [/torchtitan e7c0cae/, 2025.45],
  [/torchtitan of 2025-03-20/, 2025.22],
];

function softwareYear(row, family) {
  const dated = DATED.find(([pattern]) => pattern.test(row.notes));
  return dated ? dated[1] : FAMILIES[family]?.softwareYear;
}

/** Tables in which the same nominal configuration is not stated whole: length, batch or model stand elsewhere. */
const NOT_STATED = {
  'swift-tuner': 'length-not-stated',
  'swift-sp': 'length-not-stated',
  'torchtune-lora': 'length-not-stated',
  'torchtune-qlora': 'length-not-stated',
  'ao-optim': 'length-not-stated',
  'ao-qt': 'model-not-stated',
  'mbridge-moonlight': 'length-not-stated',
  'mbridge-lora': 'length-not-stated',
  'peft-readme': 'length-not-stated',
  'llama-recipes': 'length-not-stated',
  'chatglm-et': 'length-not-stated',
  badam: 'method-not-in-questions',
  glm4: 'length-not-stated',
};

function framework(row, family) {
  if (/megatron/i.test(row.source) && family.startsWith('swift')) return 'megatron';
  if (/mcore/.test(row.source)) return 'megatron';
  if (/megatron/i.test(row.sharding)) return 'megatron';
  if (/deepspeed/i.test(row.sharding)) return 'deepspeed';
  return FAMILIES[family]?.framework ?? 'pytorch';
}

/** torchtune's tables divide max_memory_allocated by 1024^3 and say no more; "max_reserved" and the like name themselves. */
function statistic(row) {
  return /reserved/.test(row.statistic) && !/max_memory_allocated/.test(row.statistic) ? 'reserved' : 'allocated';
}

/** Why a row's figure depends on something that no field says. */
function apartReasons(row, family) {
  const apart = [];
  const reserved = statistic(row) === 'reserved';
  // ms-swift's samples (3,234 ± 2,548 tokens, cut to the length) differ from batch to batch: allocated memory still
  // peaks at the full length, reserved memory grows by what the allocator cannot reuse.
  if (family === 'swift' && reserved) apart.push('varying-lengths');
  if (family === 'peft') apart.push('varying-lengths');
  // litgpt pads to the longest of a batch and cuts at the length, which many of these samples reach: the allocated
  // peak is that of the full length.
  const reachesMaximum = family === 'litgpt-hub' && !reserved;
  if (/unpacked|<=|max;|variable/.test(row.seq_len) && !reachesMaximum) apart.push('varying-lengths');
  if (/packed or padded is not stated/i.test(row.notes)) apart.push('varying-lengths');
  if (/near the card limit/i.test(row.notes)) apart.push('at-the-card-limit');
  if (/inferred/.test(row.scope)) apart.push('sum-inferred');
  return [...new Set(apart)];
}

/** The busiest GPU, where the source prints a sum over GPUs. */
function perGpuShare(row) {
  const list = /per-GPU values ([\d.+]+)/.exec(row.notes)?.[1];
  if (list) return Math.max(...list.split('+').map(Number)) / Number(row.value);
  return /total over GPUs/.test(row.scope) ? 1 / Number(row.gpus) : 1;
}

function groupOf(question) {
  const split = ['tensorParallel', 'pipelineParallel', 'contextParallel', 'expertParallel'];
  const parallel = question.sharding !== 'none' || split.some((name) => (question[name] ?? 1) > 1);
  if (parallel) return 'parallel';
  return { lora: 'lora', qlora: 'qlora', full: 'full-one-gpu' }[question.method];
}

export function trainingRow(row) {
  const family = familyOf(row.id);
  if (family in NOT_STATED) refuse(NOT_STATED[family]);
  const how = method(row);
  const found = modelOf(row, { litgpt: family.startsWith('litgpt') }) ?? refuse(whyNoModel(row));

  const sequenceTokens = leadingCount(row.seq_len) ?? refuse('length-not-stated');
  const naiveSplit = /device_map/.test(row.sharding);
  const baseFormat = weightFormat(row.base_weight_format.replace(/^bnb NF4.*/, (text) => text));
  if (how === 'qlora' && baseFormat === null && !/nf4/i.test(row.base_weight_format)) refuse('format-not-in-questions');

  // litgpt runs on one GPU what its table lists under four: the recipe asks for one device.
  const gpus = /treat as one GPU|YAML has devices: 1/.test(row.notes) ? 1 : Number(row.gpus || 1);
  // On several, its scripts shard each Block and recompute it: FSDPStrategy(activation_checkpointing_policy={Block}).
  const shardsBlocks = family === 'litgpt-hub' && gpus > 1;
  const asOne = { ...row, gpus: String(gpus), sharding: shardsBlocks ? 'FSDP' : row.sharding };
  const apart = apartReasons(row, family);
  const value = measured(row.value, row.unit, family, apart);
  const share = perGpuShare(row);

  const targets = how === 'full' ? null : loraTargets(row.lora_targets);
  const question = given({
    ask: 'training-memory',
    model: found.model,
    method: how,
    precision: precision(row),
    optimizer: optimizer(row),
    optimizerInBackward: /optimizer_in_bwd|in backward/.test(row.notes + row.optimizer) || undefined,
    sequenceTokens,
    microBatch: leadingCount(row.micro_batch) ?? refuse('batch-not-stated'),
    gradientAccumulation: leadingCount(row.grad_accum) ?? undefined,
    recompute: shardsBlocks ? 'full' : recompute(row),
    recomputeEvery: recomputeEvery(row),
    // Soft-capped logits leave litgpt no fused attention.
    attention: /eager/.test(row.attention) || (family === 'litgpt-hub' && /gemma-2-/.test(row.model)) ? 'eager' : 'flash',
    compile: row.compile === 'yes' || undefined,
    crossEntropy: crossEntropy(row),
    loraRank: how === 'full' ? undefined : Number(row.lora_rank) || refuse('lora-rank-not-stated'),
    loraTargets: targets ?? undefined,
    loraDropout: how === 'full' ? undefined : FAMILIES[family]?.loraDropout,
    gpus: gpus > 1 ? gpus : undefined,
    tensorParallel: leadingCount(row.tp) ?? undefined,
    pipelineParallel: leadingCount(row.pp) ?? undefined,
    contextParallel: leadingCount(row.cp) ?? undefined,
    expertParallel: leadingCount(row.ep) ?? undefined,
    microBatches: naiveSplit ? 1 : undefined,
    sharding: sharding(asOne),
    offload: offload(row),
    statistic: statistic(row),
    softwareYear: softwareYear(row, family),
  });
  // Gradient accumulation in a pipeline is its micro-batches.
  if ((question.pipelineParallel ?? 1) > 1 && !naiveSplit && question.gradientAccumulation > 1) {
    question.microBatches = question.gradientAccumulation;
    delete question.gradientAccumulation;
  }
  const also = {};
  const needs = {};
  // What the defaults are taken to be where the schema does not ask: nothing is set apart for it.
  const assume = { framework: [framework(row, family), 'pytorch'] };
  if (/sdpa/.test(row.attention) && question.attention === 'flash') assume.attention = ['sdpa'];
  if (/liger/i.test(row.ce_impl)) assume.kernels = ['fused'];
  // A LoRA run over a base that is not NF4, or NF4 with its scales quantised again: the question's own field says it.
  if (how === 'qlora') {
    const format = baseFormat ?? 'nf4';
    if (format === 'nf4') assume.weightFormat = ['nf4'];
    else also.weightFormat = TRAINING_FORMATS[format] ?? [format];
  }
  if (how === 'lora' && /^fp32/.test(row.base_weight_format)) needs.weightFormat = 'fp32';
  if (how === 'lora' && /^bf16/.test(row.base_weight_format)) assume.weightFormat = ['bf16'];
  if (/trained wte/.test(row.method)) needs.trainEmbeddings = true;
  if (/VPP (\d+)/.test(row.pp)) also.virtualPipeline = Number(/VPP (\d+)/.exec(row.pp)[1]);

  return {
    family,
    source: sourceOf(row),
    group: groupOf(question),
    confidence: row.confidence,
    model: found.key,
    question,
    also,
    needs,
    assume,
    compare: { field: 'peakBytes' },
    measured: value.measured * share,
    rounding: value.rounding * share,
    apart,
  };
}
