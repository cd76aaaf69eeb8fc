// throughput.csv → questions of kind decode-speed and training-time.

import { weightFormat } from '../formats.mjs';
import { foundryModel, modelOf } from '../models.mjs';
import { familyOf, given, refuse, sourceOf } from '../row.mjs';
import { halfDigit } from '../units.mjs';
import { GPUS } from './fit.mjs';

/** Dense 16-bit peaks that the measurers' own utilisation counts: FLOP/s of one GPU. */
const TRAINING_PEAK = { H100_80GB: 989.4e12, A100_80GB: 312e12, A100_40GB: 312e12 };

const cardOf = (row) => {
  const apple = /^Apple (M\d(?: Pro| Max| Ultra)?) /.exec(row.gpu)?.[1];
  if (apple) return `apple-${apple.toLowerCase().replace(' ', '-')}`;
  return GPUS[row.gpu] ?? { 'H20-96GB': 'h20' }[row.gpu] ?? refuse('gpu-not-in-catalogue');
};

/** Of transformers 4.38 to 4.45 and 4.51, which the pages name. */
const RELEASED = { 'qwen2-dec': 2024, 'qwen2.5-dec': 2024, 'qwen3-dec': 2025 };

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
  const found = modelOf(row) ?? refuse('model-not-in-catalogue');
  const gpus = Number(row.gpus);
  const question = given({
    ask: 'decode-speed',
    model: found.model,
    engine,
    gpu: cardOf(row),
    weightFormat: weightFormat(row.precision) ?? refuse('format-not-in-questions'),
    gpus: gpus > 1 ? gpus : undefined,
    tensorParallel: gpus > 1 && engine === 'vllm' ? gpus : undefined,
    softwareYear: RELEASED[familyOf(row.id)],
  });
  const made = engine === 'llama.cpp' ? llamaBench(row, question) : qwenPage(row, question, apart);
  return { ...made, model: found.key };
}

/** Training: what the default utilisation says of a run of these GPUs. */
function foundryTraining(row) {
  if (/fp8/.test(row.precision)) refuse('precision-not-in-questions');
  const sequenceTokens = Number(row.seq_len);
  const { model, key } = foundryModel(row.model, sequenceTokens);
  const gpus = Number(row.gpus);
  return {
    group: 'training-default-mfu',
    model: key,
    question: {
      ask: 'training-time',
      parameters: Number(row.params.replaceAll(',', '')),
      tokens: 1e9,
      layers: model.n_layer,
      heads: model.n_head,
      headDimension: model.n_embd / model.n_head,
      sequenceTokens,
      peakFlops: TRAINING_PEAK[row.gpu] ?? refuse('gpu-not-in-catalogue'),
      gpus,
    },
    compare: { field: 'tokensPerSecond', dividedBy: gpus },
  };
}

export function speedRow(row) {
  const family = familyOf(row.id);
  const apart = [];
  const made = family === 'foundry' ? foundryTraining(row) : generation(row, apart);
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
