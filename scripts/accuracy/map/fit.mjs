// fit_oom.csv → questions of kind fit: does it fit, or did it run out of memory?

import { groupSize, weightFormat, whyNoFormat } from '../formats.mjs';
import { foundryModel, modelOf, whyNoModel } from '../models.mjs';
import { TRAINING_FORMATS } from './train.mjs';
import { familyOf, given, leadingCount, refuse, sourceOf } from '../row.mjs';
import { GIB } from '../units.mjs';

/** Names of cards as sources print them → catalogue ids. */
export const GPUS = {
  'A100-40GB': 'a100-sxm-40gb',
  'A100-80GB': 'a100-sxm-80gb',
  'A100-SXM4-80GB': 'a100-sxm-80gb',
  'A100 PCIe': 'a100-pcie-80gb',
  'A100 SXM': 'a100-sxm-80gb',
  A100_40GB: 'a100-sxm-40gb',
  A100_80GB: 'a100-sxm-80gb',
  H100_80GB: 'h100-sxm',
  'H100-80GB': 'h100-sxm',
  'H100-80GB (79.18 GiB)': 'h100-sxm',
  'H100 PCIe': 'h100-pcie',
  'H100-95GB': 'h100-nvl', // torchtitan's machines hold 95.0 GiB a card
  A10G: 'a10g',
  A40: 'a40',
  L40S: 'l40s',
  T4: 't4',
  'Titan RTX': 'titan-rtx',
  'RTX 3070': 'rtx-3070',
  'RTX 3080': 'rtx-3080-10gb',
  'RTX 3080 Ti': 'rtx-3080-ti',
  'RTX 3060': 'rtx-3060-12gb',
  'RTX 3090': 'rtx-3090',
  'RTX 3090 Ti': 'rtx-3090-ti',
  'RTX 4070': 'rtx-4070',
  'RTX 4070 Ti': 'rtx-4070-ti',
  'RTX 4080': 'rtx-4080',
  'RTX 4090': 'rtx-4090',
  'RTX 5080': 'rtx-5080',
  'RTX 5090': 'rtx-5090',
  'RTX 4000 Ada': 'rtx-4000-ada',
  'RTX 5000 Ada': 'rtx-5000-ada',
  'RTX 6000 Ada': 'rtx-6000-ada',
  'RTX A6000': 'rtx-a6000',
};

/** "Apple M1 Max 32-Core GPU" → apple-m1-max, with the memory that it was sold with. */
function card(row) {
  const gib = Number(row.vram_gb);
  const apple = /^Apple (M\d(?: Pro| Max| Ultra)?) /.exec(row.gpu)?.[1];
  if (apple) return { gpu: `apple-${apple.toLowerCase().replace(' ', '-')}`, gpuMemoryGb: gib };
  if (/^\d+ GB GPU$/.test(row.gpu) || /^not stated/.test(row.gpu)) {
    // A card named by its size alone, or a stated size without a name.
    if (!(gib > 0)) refuse('gpu-not-stated');
    return { memoryBytes: gib * GIB };
  }
  return { gpu: GPUS[row.gpu] ?? refuse('gpu-not-in-catalogue') };
}

function outcomeOf(row) {
  if (/^fits/.test(row.outcome)) return 'fits';
  if (/OOM|failed/.test(row.outcome)) return 'oom';
  return refuse('outcome-not-stated');
}

function foundry(row) {
  const sequenceTokens = Number(row.context);
  const found = foundryModel(row.model, sequenceTokens);
  const config = row.config;
  return {
    found,
    question: {
      task: 'training',
      model: found.model,
      method: 'full',
      // amp_bf16 casts under autocast; FSDP's mixed precision keeps fp32 shards either way.
      precision: /amp_fp8/.test(row.format) ? 'fp8-mixed' : 'bf16-mixed',
      optimizer: 'adamw',
      sequenceTokens,
      microBatch: Number(row.batch),
      gradientAccumulation: leadingCount(/grad accum (\d+)/.exec(config)?.[1] ?? '1'),
      recompute: /activation checkpointing True/.test(config) ? 'full' : 'none',
      attention: 'flash',
      kernels: 'fused', // low-precision layer norm and torch.nn.GELU: one kernel each
      sharding: /FULL_SHARD/.test(config) ? 'zero3' : /SHARD_GRAD_OP/.test(config) ? 'zero2' : 'none',
      softwareYear: 2023,
      offload: /CPU offload True/.test(config) ? 'activations' : 'none',
    },
  };
}

const LITGPT_TARGETS = ['q_proj', 'v_proj'];
const LITGPT_ALL = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj', 'lm_head'];

function fineTuning(row, family, found) {
  const qlora = /qlora/i.test(row.workload) && /nf4|fp4|int8/i.test(row.format);
  const method = qlora ? 'qlora' : /lora/i.test(row.workload) ? 'lora' : 'full';
  const sequenceTokens = leadingCount(row.context) ?? refuse('length-not-stated');
  const base = {
    task: 'training',
    model: found.model,
    method,
    sequenceTokens,
    microBatch: leadingCount(row.batch) ?? refuse('batch-not-stated'),
    attention: 'flash',
  };
  const also = {};
  const format = weightFormat(row.format);
  if (qlora && format !== 'nf4') also.weightFormat = TRAINING_FORMATS[format] ?? [format];
  switch (family) {
    case 'litgpt':
    case 'litgpt-mixed': {
      const sharded = /FSDP/.test(row.config);
      return {
        also: family === 'litgpt-mixed' ? { weightFormat: ['fp32'] } : also,
        question: {
          ...base,
          precision: family === 'litgpt-mixed' ? 'bf16-mixed' : 'bf16',
          recompute: /full/.test(row.config) ? 'full' : 'none',
          crossEntropy: 'chunked',
          loraRank: 8,
          loraTargets: LITGPT_TARGETS,
          loraDropout: 0.05,
          sharding: sharded ? 'zero3' : 'none',
          softwareYear: 2023,
        },
      };
    }
    case 'litgpt-hub':
      return {
        also,
        apart: ['varying-lengths'],
        question: {
          ...base,
          precision: 'bf16',
          recompute: 'none',
          crossEntropy: 'chunked',
          attention: /gemma-2-/.test(row.model) ? 'eager' : 'flash',
          ...(method === 'lora' ? { loraRank: 8, loraTargets: LITGPT_ALL, loraDropout: 0.05 } : {}),
          softwareYear: 2024,
        },
      };
    case 'swift':
      return {
        also,
        question: {
          ...base,
          precision: 'bf16',
          recompute: 'full',
          loraRank: 8,
          loraTargets: ['q_proj', 'k_proj', 'v_proj'],
          loraDropout: 0.05,
          pipelineParallel: 2,
          microBatches: 1,
          statistic: 'reserved',
          softwareYear: 2024,
        },
      };
    case 'qwen1-72b':
      // ZeRO-2 leaves the frozen weights whole on each GPU.
      return {
        also,
        needs: /\(emb\)/.test(row.workload) ? { trainEmbeddings: true } : {},
        question: {
          ...base,
          precision: 'bf16-mixed',
          recompute: 'full',
          loraRank: 64,
          loraTargets: 'all-linear',
          sharding: 'zero2',
          softwareYear: 2023,
        },
      };
    case 'hf-4bit':
      return {
        also,
        question: {
          ...base,
          precision: /bf16 compute/.test(row.format) ? 'bf16-mixed' : 'fp16-mixed',
          recompute: /^gradient checkpointing/.test(row.config) ? 'full' : 'none',
          gradientAccumulation: 4,
          attention: 'eager', // transformers of May 2023
          loraRank: 8, // PEFT's default, the text names none
          loraTargets: LITGPT_TARGETS, // PEFT's default for LLaMA
          softwareYear: 2023,
          ...(Number(row.gpu_count) > 1 ? { pipelineParallel: 2, microBatches: 1 } : {}),
        },
      };
    case 'hf-fsdp': {
      const shard = /FULL_SHARD/.test(row.config) ? 'zero3' : /SHARD_GRAD_OP/.test(row.config) ? 'zero2' : 'none';
      return {
        also,
        question: {
          ...base,
          precision: 'fp16-mixed',
          recompute: 'none',
          attention: 'eager',
          sharding: shard,
          offload: /CPU offload/.test(row.config) ? 'optimizer+parameters' : 'none',
          softwareYear: 2022,
        },
      };
    }
    case 'unsloth':
      return {
        also,
        question: {
          ...base,
          precision: 'bf16-mixed',
          recompute: 'full',
          loraRank: 32,
          loraTargets: 'all-linear',
          crossEntropy: /Unsloth/.test(row.engine) ? 'fused' : 'standard',
          ...(/Unsloth/.test(row.engine) ? { optimizer: 'adamw-8bit' } : {}),
          softwareYear: 2025,
        },
      };
    case 'titan':
      return {
        also,
        question: { ...base, precision: 'bf16-mixed', recompute: 'selective', sharding: 'zero3', softwareYear: 2024 },
      };
    default:
      return refuse('configuration-not-stated');
  }
}

/** Engines by what the row prints; the others run on transformers. */
const ENGINES = [
  [/vLLM/, 'vllm'],
  [/llama\.cpp/, 'llama.cpp'],
  [/^litgpt/, 'litgpt'],
];

function inference(row, family, found) {
  const engine = ENGINES.find(([pattern]) => pattern.test(row.engine))?.[1] ?? 'transformers';
  // The row says 0.90; the source's own parts of this run (64.38 + 7.38 + 0.13 + 3.33 GiB) are 0.95 of the card.
  const contradicted = family === 'vllm-planner' && /^gpt-oss-120b/.test(row.model);
  const printed = row.format.replace(/, KV.*$/, '');
  const format = weightFormat(printed) ?? refuse(whyNoFormat(printed));
  const also = {};
  if (format === 'nf4-dq') also.weightFormat = [format];
  const gpus = Number(row.gpu_count);
  const numbers = row.context.match(/\d+/g)?.map(Number) ?? refuse('context-not-stated');
  const contextTokens = row.context.includes('+') ? numbers[0] + numbers[1] : numbers.at(-1);
  return {
    also,
    apart: contradicted ? ['utilization-contradicted'] : [],
    question: {
      task: 'inference',
      model: found.model,
      engine,
      gpuMemoryUtilization: contradicted ? 0.95 : undefined,
      weightFormat: format === 'nf4-dq' ? 'nf4' : format,
      groupSize: groupSize(printed),
      kvFormat: /KV q8_0/.test(row.format) ? 'q8_0' : undefined,
      contextTokens,
      batch: Number(row.batch) > 1 ? Number(row.batch) : undefined,
      attention: /no flash attention/.test(row.config) ? 'eager' : 'flash',
      tensorParallel: /^TP([2-9])/.test(row.config) ? gpus : undefined,
      promptTokens: /^(transformers|litgpt)$/.test(engine) ? Math.min(8, contextTokens) : undefined,
      promptLogits: engine === 'transformers' ? 'all' : undefined,
    },
  };
}

const FRAMEWORKS = {
  foundry: 'llm-foundry',
  litgpt: 'litgpt',
  'litgpt-mixed': 'litgpt',
  'litgpt-hub': 'litgpt',
  swift: 'ms-swift',
  'qwen1-72b': 'deepspeed',
  'hf-4bit': 'peft',
  'hf-fsdp': 'accelerate',
  titan: 'torchtitan',
};
const frameworkOf = (row, family) => (/Unsloth/.test(row.engine) ? 'unsloth' : FRAMEWORKS[family] ?? 'transformers');

export function fitRow(row) {
  const family = familyOf(row.id);
  if (/bloomz|Nemotron-3-Nano/.test(row.model)) refuse('configuration-not-stated');
  const litgpt = family.startsWith('litgpt');
  const made =
    family === 'foundry'
      ? foundry(row)
      : (() => {
          const found = modelOf(row, { litgpt }) ?? refuse(whyNoModel(row));
          const training = /fine-tune|pre-training/.test(row.workload);
          return { found, ...(training ? fineTuning(row, family, found) : inference(row, family, found)) };
        })();
  const gpus = /treat as one GPU/.test(row.notes) ? 1 : Number(row.gpu_count) || 1;
  const apart = [...(made.apart ?? [])];
  if (/interpolated/.test(row.notes)) apart.push('vendor-claim');
  // The post names no length: the block of GPT-2 that its batches would need is more than the cards hold.
  if (family === 'hf-fsdp') apart.push('length-inferred');
  if (/^not stated/.test(row.gpu)) apart.push('gpu-not-stated');
  return {
    family,
    source: sourceOf(row),
    group: 'fit',
    confidence: row.confidence,
    model: made.found.key,
    question: given({ ask: 'fit', ...made.question, ...card(row), gpus: gpus > 1 ? gpus : undefined }),
    also: made.also ?? {},
    needs: made.needs ?? {},
    assume: /fine-tune|pre-training/.test(row.workload) ? { framework: [frameworkOf(row, family), 'pytorch'] } : {},
    compare: { outcome: outcomeOf(row) },
    measured: null,
    rounding: 0,
    apart,
  };
}
