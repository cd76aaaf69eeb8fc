// throughput.csv → questions of kind decode-speed and training-time.

import { kvFormat, weightFormat, whyNoFormat } from '../formats.mjs';
import { foundryModel, modelOf, whyNoModel } from '../models.mjs';
import { familyOf, given, leadingCount, refuse, sourceOf } from '../row.mjs';
import { halfDigit } from '../units.mjs';
import { GPUS } from './fit.mjs';

/** Cards of training runs whose tables name a machine, or a model of H100 that is counted at the SXM card's peak. */
const TRAINING_CARDS = {
  'H100-95GB': 'h100-sxm',
  'H100-96GB (HBM2e)': 'h100-sxm',
  H100: 'h100-sxm',
  A100: 'a100-sxm-80gb',
  'DGX-H100': 'h100-sxm',
  'DGX-B200': 'b200-sxm',
  'DGX-GB200': 'gb200',
  'DGX-B300': 'b300-sxm',
  'DGX-GB300': 'gb300',
};

const cardOf = (row) => {
  const apple = /^Apple (M\d(?: Pro| Max| Ultra)?) /.exec(row.gpu)?.[1];
  if (apple) return `apple-${apple.toLowerCase().replace(' ', '-')}`;
  return GPUS[row.gpu] ?? { 'H20-96GB': 'h20', 'RX 7900 XTX': 'rx-7900-xtx' }[row.gpu] ?? refuse('gpu-not-in-catalogue');
};

/**
 * Of transformers 4.38 to 4.45 and 4.51, which the pages name; of llama.cpp before CUDA graphs (May 2024), and of its
 * builds 6217 to 10102.
 */
const RELEASED = { 'qwen2-dec': 2024, 'qwen2.5-dec': 2024, 'qwen3-dec': 2025, gpubench: 2024.3, community: 2026 };

/** llama-bench: "tg512" generates 512 tokens from nothing, "pp512" reads as many. */
function llamaBench(row, question) {
  const [, kind, count] = /^(tg|pp)(\d+)/.exec(row.config);
  const tokens = Number(count);
  question.attention = 'eager'; // May 2024, without flash attention
  if (kind === 'pp') {
    return {
      group: 'prefill-llamacpp',
      question: { ...question, promptTokens: tokens, outputTokens: 1 },
      compare: { field: 'prefillTokensPerSecond' },
    };
  }
  return {
    group: 'decode-llamacpp',
    question: { ...question, promptTokens: 1, outputTokens: tokens },
    compare: { field: 'decodeTokensPerSecond' },
  };
}

/** A command line of llama-bench or llama-server as users submit it. */
function submitted(row, question) {
  const flag = (name) => new RegExp(`(?:^|\\s)${name} (\\S+)`).exec(row.config)?.[1];
  if (/[-/]UD-/.test(row.config)) refuse('recipe-not-published');
  const asked = {
    ...question,
    attention: flag('-fa') === 'off' ? 'eager' : 'flash',
    kvFormat: kvFormat(flag('(?:-ctk|--cache-type-k)') ?? 'f16'),
  };
  const compare = { field: 'decodeTokensPerSecond' };
  const group = 'decode-llamacpp';
  const context = leadingCount(row.seq_len) ?? refuse('context-not-stated');
  // A server's answers are of no stated length; a few hundred tokens behind such prompts change little.
  if (!/^llama-bench/.test(row.config)) return { group, compare, question: { ...asked, promptTokens: context, outputTokens: 128 } };
  // The rates of whoever wrote -fitt fall with -p: they were taken behind such a prompt, the others from nothing.
  const promptTokens = flag('-fitt') ? context : 1;
  return { group, compare, question: { ...asked, promptTokens, outputTokens: Number(flag('-n')) } };
}

/** Qwen's pages: 2048 tokens over the time of prompt and answer; Qwen3's count the prompt's tokens, too. */
function qwenPage(row, question, apart) {
  const [, prompt, output] = /input (\d+), generate (\d+)/.exec(row.config).map(Number);
  // Qwen2's vLLM captured graphs for contexts up to 8192 tokens; longer ones ran kernel by kernel.
  if (/^qwen2-/.test(row.id) && question.engine === 'vllm' && prompt + output > 8192) apart.push('software-version');
  const counted = /^\(prompt\+generated\)/.test(row.unit) ? prompt + output : output;
  return {
    group: `decode-${question.engine}`,
    question: { ...question, promptTokens: prompt, outputTokens: output },
    compare: { rate: { tokens: counted, seconds: 'totalSeconds' } },
  };
}

function generation(row, apart) {
  const engine = /^llama\.cpp/.test(row.engine) ? 'llama.cpp' : { vLLM: 'vllm', transformers: 'transformers' }[row.engine];
  if (!engine) refuse('engine-not-in-questions');
  const found = modelOf(row) ?? refuse(whyNoModel(row));
  const gpus = Number(row.gpus);
  const question = given({
    ask: 'decode-speed',
    model: found.model,
    engine,
    gpu: cardOf(row),
    weightFormat: weightFormat(row.precision) ?? refuse(whyNoFormat(row.precision)),
    gpus: gpus > 1 ? gpus : undefined,
    tensorParallel: gpus > 1 && engine === 'vllm' ? gpus : undefined,
    softwareYear: RELEASED[familyOf(row.id)],
  });
  const ofLlamaCpp = familyOf(row.id) === 'community' ? submitted : llamaBench;
  const made = engine === 'llama.cpp' ? ofLlamaCpp(row, question) : qwenPage(row, question, apart);
  return { ...made, model: found.key };
}

/** Models with experts among those whose training was measured. */
const EXPERTS = /gpt-oss|deepseek-v3|kimi|a3b|a22b|mixtral/;

/** The groups of the core's training_efficiency; a card of another kind is asked at the rate of the nearest. */
function trainingGroup(gpu, experts) {
  if (experts) return 'training-experts';
  return /^a100/.test(gpu) ? 'training-ampere' : /^h[12]00/.test(gpu) ? 'training-hopper' : 'training-other';
}

/** "TP 1; PP 4; CP 1; VP 8; EP 64", and the sequences that a rank of the pipeline works through before it waits. */
function parallelOf(row) {
  const number = (name) => leadingCount(new RegExp(`\\b${name} (\\d+)`).exec(row.config)?.[1] ?? '') ?? undefined;
  const stages = number('PP');
  if (!(stages > 1)) return { tensorParallel: number('TP'), contextParallel: number('CP'), expertParallel: number('EP') };
  const perRank = number('LBS') ?? (Number(row.global_batch) * (number('TP') * stages * number('CP'))) / Number(row.gpus);
  return {
    tensorParallel: number('TP'),
    pipelineParallel: stages,
    contextParallel: number('CP'),
    expertParallel: number('EP'),
    virtualPipeline: number('VP'),
    microBatches: Math.max(1, Math.round(perRank / Number(row.micro_batch))),
  };
}

function catalogueTrained(row) {
  const { model, key } = modelOf(row) ?? refuse(whyNoModel(row));
  return { model, key };
}

/** The parameters as their table prints them, with the shape that attention needs. */
function foundryTrained(row, sequenceTokens) {
  const { model, key } = foundryModel(row.model, sequenceTokens);
  return {
    key,
    parameters: Number(row.params.replaceAll(',', '')),
    layers: model.n_layer,
    heads: model.n_head,
    headDimension: model.n_embd / model.n_head,
  };
}

/** Training in full and in 16 bits, at the utilisation of measured runs. */
function training(row, apart) {
  if (/fp8|fp4|float8|mx/i.test(row.precision)) refuse('precision-not-in-questions');
  if (/lora/i.test(row.config)) refuse('method-not-in-questions');
  const sequenceTokens = leadingCount(row.seq_len) ?? refuse('sequence-not-stated');
  const { key, ...asked } = familyOf(row.id) === 'foundry' ? foundryTrained(row, sequenceTokens) : catalogueTrained(row);
  const gpus = Number(row.gpus);
  const gpu = TRAINING_CARDS[row.gpu] ?? cardOf(row);
  if (/variable/.test(row.seq_len)) apart.push('lengths-vary');
  const group = trainingGroup(gpu, EXPERTS.test(key));
  if (group === 'training-other') apart.push('card-of-unmeasured-kind');
  return {
    group: 'training',
    speedGroup: group,
    model: key,
    question: given({
      ask: 'training-time',
      ...asked,
      tokens: 1e9,
      sequenceTokens,
      gpu,
      gpus,
      ...parallelOf(row),
    }),
    // "tokens/s" of one card where a run of several prints it so.
    compare: { field: 'tokensPerSecond', dividedBy: /\/GPU$/.test(row.unit) ? gpus : 1 },
  };
}

export function speedRow(row) {
  const family = familyOf(row.id);
  const apart = [];
  const made = row.kind === 'training' ? training(row, apart) : generation(row, apart);
  return {
    family,
    source: sourceOf(row),
    confidence: row.confidence,
    apart,
    also: {},
    needs: {},
    assume: {},
    measured: Number(row.value),
    rounding: halfDigit(row.value, 1),
    ...made,
  };
}
