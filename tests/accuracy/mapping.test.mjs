// The mapping from measured rows to questions: names, units, formats, and what is set apart or refused.
import assert from 'node:assert/strict';
import test from 'node:test';

import { boundsOf, comparable, fitToSchema, sumTerms } from '../../scripts/accuracy/ask.mjs';
import { parseCsv } from '../../scripts/accuracy/csv.mjs';
import { ggufCertainty, ggufType, groupSize, kvFormat, weightFormat, whyNoFormat } from '../../scripts/accuracy/formats.mjs';
import { loraTargets } from '../../scripts/accuracy/map/train.mjs';
import { foundryModel } from '../../scripts/accuracy/models.mjs';
import { familyOf, leadingCount, sourceOf } from '../../scripts/accuracy/row.mjs';
import { GROUPS, SPEED_GROUPS, readRows, readSpeeds } from '../../scripts/accuracy/rows.mjs';
import { SHAPES } from '../../scripts/accuracy/shapes.mjs';
import { halfDigit, unitOf } from '../../scripts/accuracy/units.mjs';

const { rows, refused } = readRows();
const byId = new Map(rows.map((row) => [row.id, row]));

test('csv: quotes, commas, line breaks inside a field', () => {
  assert.deepEqual(parseCsv('a,b\n1,"x, ""y""\nz"\n'), [{ a: '1', b: 'x, "y"\nz' }]);
  assert.throws(() => parseCsv('a,b\n1\n'), /1 fields/);
  assert.throws(() => parseCsv('a\n"1\n'), /not closed/);
});

/** Parameters of a config of the kinds that SHAPES uses, counted from its dimensions. */
function countParameters(c) {
  if (c.towerParameters) {
    const { hiddenSize: h, headDim: d, layers, mlpWidth: f } = c;
    const layer = 2 * h * (c.heads + c.kvHeads) * d + 3 * h * f + 2 * h;
    return layers * layer + h + 2 * c.vocabulary * h + c.towerParameters;
  }
  const h = c.hidden_size ?? c.n_embd;
  const layers = c.num_hidden_layers ?? c.n_layer;
  const heads = c.num_attention_heads ?? c.n_head;
  const dim = c.head_dim ?? h / heads;
  const kv = c.num_key_value_heads ?? c.num_kv_heads ?? (c.multi_query ? 1 : heads);
  const f = c.intermediate_size ?? c.n_inner ?? 4 * h;
  const type = c.model_type;
  const gptLike = ['gpt2', 'gpt_neox', 'phi', 'gpt_bigcode'].includes(type);
  const perNorm = gptLike || type === 'falcon' ? 2 : 1; // scale and shift
  const norms = { gemma2: 4, glm4: 4, phi: 1, falcon: c.new_decoder_architecture ? 2 : 1 }[type] ?? 2;
  const qkvBias = gptLike || type === 'qwen2' ? (heads + 2 * kv) * dim : 0;
  const qkNorm = type === 'qwen3' || type === 'apertus' ? 2 * dim : 0;
  const activation = type === 'apertus' ? 2 : 0; // xIELU has two parameters
  let attention = 2 * h * (heads + kv) * dim + qkvBias + (gptLike ? h : 0) + qkNorm + activation;
  const plain = gptLike || ['falcon', 'apertus', 'arcee'].includes(type);
  let mlp = layers * ((plain ? 2 : 3) * h * f + (gptLike ? f + h : 0));
  if (c.kv_lora_rank) {
    const qk = c.qk_nope_head_dim + c.qk_rope_head_dim;
    attention =
      h * heads * qk + h * (c.kv_lora_rank + c.qk_rope_head_dim) + c.kv_lora_rank +
      c.kv_lora_rank * heads * (c.qk_nope_head_dim + c.v_head_dim) + heads * c.v_head_dim * h;
    const dense = c.first_k_dense_replace;
    const expert = 3 * h * c.moe_intermediate_size;
    mlp = dense * 3 * h * f + (layers - dense) * (expert * (c.n_routed_experts + c.n_shared_experts) + h * c.n_routed_experts);
  }
  const positions = /^gpt(2|_bigcode)$/.test(type) ? c.n_positions * h : 0;
  const headBias = type === 'phi' ? c.vocab_size : 0;
  return (
    layers * (attention + norms * perNorm * h) + mlp + perNorm * h + positions + headBias +
    c.vocab_size * h * (c.tie_word_embeddings ? 1 : 2)
  );
}

for (const [name, shape] of Object.entries(SHAPES)) {
  test(`${name} has its parameter count`, () => assert.equal(countParameters(shape.config), shape.parameters));
}

test('the shapes of llm-foundry have the parameter counts that it prints', () => {
  const printed = [
    ['MPT-70b', 2048, 64_862_437_376],
    ['MPT-30b', 2048, 29_975_214_080],
    ['MPT-13b', 4096, 12_864_440_320],
    ['MPT-7b', 65536, 6_918_905_856],
    ['MPT-1b', 2048, 1_315_950_592],
    ['MPT-760m', 4096, 763_616_256],
    ['MPT-125m', 2048, 125_311_488],
  ];
  for (const [name, tokens, parameters] of printed) {
    assert.equal(countParameters(foundryModel(name, tokens).model), parameters, name);
  }
});

test('formats: GGUF types as printed by different tools', () => {
  assert.equal(ggufType('Q4_K - Medium'), 'Q4_K_M');
  assert.equal(ggufType('Q2_K - Medium'), 'Q2_K');
  assert.equal(ggufType('GGUF IQ4_XS - 4.25 bpw'), 'IQ4_XS');
  assert.equal(ggufType('iq2_XS'), 'IQ2_XS');
  assert.equal(ggufType('Q4_K_M (Ollama)'), 'Q4_K_M');
  assert.equal(ggufType('IQ4_K_R4 - 4.5 bpw'), null); // a type of a fork
  assert.equal(whyNoFormat('GGUF IQ4_K_R4 - 4.5 bpw'), 'fork-format');
  assert.equal(ggufType('BF16_R16'), 'BF16'); // the fork's order of rows, not another type
  assert.equal(ggufType('IQ1_S_R4 - 1.5 bpw'), null); // but this one's block is its own
  assert.equal(whyNoFormat('GGUF UD-Q4_K_XL'), 'recipe-not-published');
  assert.equal(whyNoFormat('fp6'), 'format-not-in-questions');
  assert.equal(ggufCertainty('Q8_0', 8.51), 'exact');
  assert.equal(ggufCertainty('Q8_0', 4.016), 'contradiction');
  assert.equal(ggufCertainty('Q4_K_M', 4.58), 'mix');
});

test('formats: everything else', () => {
  const words = {
    'AWQ 4-bit g128 GEMV': 'awq-int4',
    'GPTQ-Int8': 'gptq-int8',
    'GPTQ 4-bit g128': 'gptq-int4',
    'GPTQ 4-bit no group': 'gptq-int4',
    'GPTQ 3-bit g128': 'gptq-int3',
    '1x16g8': 'aqlm-1x16',
    '2x8': 'aqlm-2x8',
    mxfp8: 'mxfp8',
    'bnb.nf4-dq': 'nf4-dq',
    'NF4 + nested quantization (fp16 compute)': 'nf4-dq',
    'bnb.fp4': 'nf4',
    'Base (bfloat16)': 'bf16',
    fp6: null,
    'LLM.int8': 'int8',
    MXFP4: 'MXFP4',
  };
  for (const [printed, word] of Object.entries(words)) assert.equal(weightFormat(printed), word, printed);
  const groups = { 'GPTQ 4-bit no group': 0, 'GPTQ 3-bit g128': undefined, '1x16g16': 16, '1x16g8': undefined };
  for (const [printed, size] of Object.entries(groups)) assert.equal(groupSize(printed), size, printed);
  assert.equal(kvFormat('fp16 (preallocated for prompt+decode)'), 'fp16');
  assert.equal(kvFormat('q8_0'), 'q8_0');
  assert.equal(kvFormat('16 bit'), null);
});

test('units: the same "GB" is decimal in one source and binary in another', () => {
  assert.deepEqual(unitOf('GB (decimal: max_memory_allocated/1e9)', 'litgpt'), { bytes: 1e9, stated: true });
  assert.deepEqual(unitOf('GB (printed; torchtune divides by 1024^3)', 'torchtune-old'), { bytes: 2 ** 30, stated: true });
  assert.equal(unitOf('MiB (printed MB; Qwen3-8B BF16 at input 1 only adds up as MiB)', 'qwen3').bytes, 2 ** 20);
  assert.equal(unitOf('G (text says "GB")', 'qwen1').stated, false);
  assert.throws(() => unitOf('G', 'nobody'), /no reading/);
  assert.equal(halfDigit('13.52', 1e9), 5e6);
  assert.equal(halfDigit('8', 100), 50);
});

test('names: families, sources, counts', () => {
  assert.equal(familyOf('swift-tuner-001'), 'swift-tuner');
  assert.equal(familyOf('qwen2.5-003'), 'qwen2.5');
  assert.equal(sourceOf({ source: 'github:QwenLM/Qwen2@f9fab:docs/x.rst' }), 'QwenLM/Qwen2');
  assert.equal(sourceOf({ source: 'https://github.com/mozilla-ai/llamafile/pull/552' }), 'mozilla-ai/llamafile');
  assert.equal(leadingCount('2048 (packed)'), 2048);
  assert.equal(leadingCount('~206'), 206);
  assert.equal(leadingCount('short'), null);
});

test('adapters: targets as module names', () => {
  assert.deepEqual(loraTargets('q,v'), ['q_proj', 'v_proj']);
  assert.deepEqual(loraTargets('DEFAULT = c_attn'), ['q_proj', 'k_proj', 'v_proj']);
  assert.equal(loraTargets('c_attn,c_proj,w1,w2 (all linear)'), 'all-linear');
  assert.deepEqual(loraTargets('q,v,output,mlp'), ['q_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj']);
  assert.deepEqual(loraTargets('q,k,v,up,down,gate (no o)').length, 6);
  assert.throws(() => loraTargets('as config (q,k?,v,output,mlp; not stated)'), /lora-targets-not-stated/);
});

test('every row is asked or refused for a counted reason', () => {
  assert.equal(rows.length + refused.length, 192 + 493 + 322 + 22 + 295);
  assert.equal(new Set([...rows, ...refused].map((row) => row.id)).size, rows.length + refused.length);
  for (const row of rows) {
    assert.ok(GROUPS.includes(row.group), row.id);
    assert.match(row.confidence, /^(high|medium|low)$/, row.id);
    if (row.group !== 'fit') assert.ok(row.measured > 0 && row.rounding >= 0, row.id);
  }
  for (const row of refused) assert.match(row.reason, /^[a-z]+[-:a-zA-Z0-9]*$/, row.id);
});

test('a LoRA row of ms-swift', () => {
  const row = byId.get('train/swift-008');
  assert.equal(row.group, 'lora');
  assert.deepEqual(row.apart, ['varying-lengths']);
  assert.equal(row.measured, 27.74 * 2 ** 30);
  const { model, method, precision, sequenceTokens, recompute, loraRank, loraTargets: targets, statistic } = row.question;
  assert.deepEqual(
    { model, method, precision, sequenceTokens, recompute, loraRank, targets, statistic },
    {
      model: 'qwen1.5-7b', method: 'lora', precision: 'bf16-mixed', sequenceTokens: 2048, recompute: 'full', loraRank: 8,
      targets: ['q_proj', 'k_proj', 'v_proj'], statistic: 'reserved',
    },
  );
});

test('a model split by layers: the busiest GPU is compared, not the sum', () => {
  const row = byId.get('train/swift-016');
  assert.ok(Math.abs(row.measured - 73.07 * 2 ** 30) < 1e-3 * row.measured);
  assert.equal(row.question.pipelineParallel, 2);
  assert.equal(row.question.microBatches, 1);
});

test('litgpt keeps the output matrix apart where others tie it', () => {
  assert.equal(byId.get('train/litgpt-hub-001').question.model.tie_word_embeddings, false);
  assert.equal(byId.get('train/litgpt-hub-012').question.model, 'llama-2-7b');
  assert.deepEqual(byId.get('train/litgpt-003').also.weightFormat, ['nf4-double', 'nf4-dq']);
});

test('old transformers computed the logits of the whole prompt', () => {
  assert.equal(byId.get('infer/qwen2-005').question.promptLogits, 'all');
  assert.equal(byId.get('infer/qwen2.5-005').question.promptLogits, 'last');
});

test('Pixtral: its tower and projector as counted from their dimensions', () => {
  const wide = 1024;
  const layer = 4 * wide ** 2 + 3 * wide * 4096 + 2 * wide;
  const tower = 3 * 14 ** 2 * wide + wide + 24 * layer;
  const projector = wide + 4 * wide * wide + wide * 5120 + 5120 ** 2;
  assert.equal(SHAPES['mistral-small-3.2-24b'].config.towerParameters, tower + projector);
});

test('a sum over GPUs is compared with the sum of all peaks, a maximum with the busiest', () => {
  assert.equal(byId.get('infer/qwen2-049').question.gpus, 2);
  assert.deepEqual(byId.get('infer/qwen2-049').compare, { field: 'allGpusBytes' });
  assert.deepEqual(byId.get('infer/litgpt-multi-008').compare, { field: 'peakBytes' });
  assert.equal(byId.get('infer/litgpt-multi-008').question.tensorParallel, 4);
  assert.equal(byId.get('infer/litgpt-multi-001').question.tensorParallel, undefined);
  assert.equal(byId.get('infer/litgpt-multi-001').question.gpus, 4);
});

test('Qwen3: its figures hold no prompt, so the decoding phase is compared', () => {
  assert.deepEqual(byId.get('infer/qwen3-034').compare, { phase: 'decode' });
  assert.equal(comparable({ phase: 'decode' }, { phases: [{ id: 'prompt', bytes: 3 }, { id: 'decode', bytes: 2 }] }), 2);
  assert.equal(comparable({ phase: 'decode' }, { phases: [] }), null);
});

test('rows of litgpt ask for litgpt', () => {
  assert.equal(byId.get('infer/litgpt-q-003').question.engine, 'litgpt');
  assert.equal(byId.get('infer/litgpt-q-003').question.model, 'falcon-7b');
});

test('vLLM: a row that its own source contradicts is set apart', () => {
  // 64.38 + 7.38 + 0.13 + 3.33 GiB are 0.95 of 79.18.
  assert.ok(Math.abs((64.38 + 7.38 + 0.13 + 3.33) / 79.18 - 0.95) < 0.001);
  assert.ok(byId.get('infer/vllm-planner-010').apart.includes('utilization-contradicted'));
  assert.ok(byId.get('infer/vllm-planner-037').apart.includes('sequences-not-stated'));
});

test('speeds: generation, prompts and training as the questions that they answer', () => {
  const speeds = readSpeeds();
  const speed = new Map(speeds.rows.map((row) => [row.id, row]));
  assert.ok(speeds.rows.every((row) => SPEED_GROUPS.includes(row.group)));
  assert.equal(speeds.rows.length + speeds.refused.length, 1092);

  const bench = speed.get('speed/gpubench-004'); // tg8192
  assert.deepEqual([bench.question.promptTokens, bench.question.outputTokens], [1, 8192]);
  assert.deepEqual(bench.compare, { field: 'decodeTokensPerSecond' });
  assert.equal(speed.get('speed/gpubench-007').group, 'prefill-llamacpp'); // pp4096
  assert.equal(speed.get('speed/gpubench-007').question.promptTokens, 4096);

  // Before CUDA graphs, and since: from nothing, behind a prompt of -p, behind the server's prompt.
  assert.equal(bench.question.softwareYear, 2024.3);
  const asked = (id) => {
    const { model, gpu, kvFormat, promptTokens, outputTokens, softwareYear } = speed.get(`speed/community-${id}`).question;
    return [model, gpu, kvFormat, promptTokens, outputTokens, softwareYear];
  };
  assert.deepEqual(asked('097'), ['qwen2.5-0.5b', 'rtx-3060-12gb', 'fp16', 1, 512, 2026]);
  assert.deepEqual(asked('060'), ['phi-4-mini', 'rtx-3090', 'fp16', 4096, 128, 2026]);
  assert.deepEqual(asked('004'), ['qwen3-8b', 'rtx-5090', 'q8_0', 72, 128, 2026]);
  assert.equal(speed.get('speed/community-109').question.attention, 'eager');
  assert.equal(speeds.refused.find((row) => row.id === 'speed/community-017').reason, 'recipe-not-published');

  // Generated tokens over the time of prompt and answer; Qwen3 counts the prompt's, too.
  assert.deepEqual(speed.get('speed/qwen2-dec-005').compare, { rate: { tokens: 2048, seconds: 'totalSeconds' } });
  const qwen3 = speeds.rows.find((row) => row.family === 'qwen3-dec' && row.question.promptTokens === 6144);
  assert.equal(qwen3.compare.rate.tokens, 8192);

  // 12·L·s·h beside 6·N: what the source's own utilisation counts.
  const trained = speed.get('speed/foundry-001');
  assert.equal(trained.question.layers * trained.question.heads * trained.question.headDimension, 80 * 8192);
  assert.equal(comparable(trained.compare, { tokensPerSecond: 5120 }), 5120 / 512);
  // 8 sequences a rank, one at a time, through 4 stages of 8 chunks.
  const piped = speed.get('speed/automodel-004').question;
  assert.deepEqual([piped.pipelineParallel, piped.virtualPipeline, piped.microBatches, piped.gpu], [4, 8, 8, 'h100-sxm']);
  const titan = speed.get('speed/from-train-026');
  assert.deepEqual([titan.model, titan.question.sequenceTokens, titan.question.pipelineParallel], ['llama-3.1-8b', 8192, undefined]);
  const answer = { tokensPerSecond: 100, seconds: 10, secondsInterval: { low: 8, high: 20 } };
  assert.deepEqual(boundsOf(titan.compare, 100, answer), { low: 50, high: 125 });
});

test('"as above" repeats the notes of the rows before', () => {
  assert.equal(byId.get('infer/llamacpp-x-024').question.maxNumSeqs, 2);
});

test('llama.cpp: components are terms; options of a fork and splits that no row states are set apart', () => {
  const kv = byId.get('infer/llamacpp-008');
  assert.deepEqual(kv.compare.terms, ['kv-cache', 'kv-cache-*']);
  assert.deepEqual(kv.apart, []);
  assert.ok(byId.get('infer/llamacpp-111').apart.includes('fork-options'));
  // The fork without options of its own lays out the same graph.
  assert.deepEqual(byId.get('infer/llamacpp-036').apart, []);
  assert.equal(byId.get('infer/llamacpp-042').question.cpuMoeLayers, 10_000);
  assert.equal(byId.get('infer/llamacpp-054').question.gpus, undefined);
  // CUDA0 144, CUDA1 312.75: the busiest is compared.
  assert.equal(byId.get('infer/llamacpp-051').measured, 312.75 * 2 ** 20);
  assert.ok(byId.get('infer/llamacpp-051').apart.includes('experts-on-cpu'));
  assert.deepEqual(byId.get('infer/llamacpp-057').apart, []);
});

test('an answer gives up the compared figure', () => {
  const answer = {
    peakBytes: 10,
    terms: [{ id: 'weights', bytes: 4 }, { id: 'weights-host', bytes: 2 }, { id: 'kv-cache', bytes: 3 }],
  };
  assert.equal(comparable({ field: 'peakBytes' }, answer), 10);
  assert.equal(sumTerms(answer.terms, ['weights', 'weights-*']), 6);
  assert.equal(sumTerms(answer.terms, ['weights']), 4);
  assert.equal(sumTerms(answer.terms, ['logits']), null);
  assert.equal(comparable({ terms: ['kv-cache'] }, answer), 3);
  assert.equal(comparable({ rate: { tokens: 8, seconds: 'totalSeconds' } }, { totalSeconds: 4 }), 2);
  assert.equal(comparable({ room: { capacityBytes: 20, share: 0.9, less: ['weights', 'kv-cache'] } }, answer), 11);
});

test('a question is fitted to what the schema takes', () => {
  const row = {
    id: 'x', apart: [], also: { weightFormat: ['nf4-double', 'nf4-dq'] }, needs: {}, assume: { framework: ['a', 'b'] },
    question: { ask: 'a', precision: 'bf16', softwareYear: 2024 },
  };
  const schema = { a: { precision: ['bf16'], softwareYear: null, weightFormat: ['nf4'] } };
  assert.deepEqual(fitToSchema(row, schema).apart, ['cannot-say:weightFormat']);
  assert.deepEqual(fitToSchema(row, { a: { precision: ['bf16'] } }).apart, ['cannot-say:softwareYear', 'cannot-say:weightFormat']);
  assert.equal(fitToSchema(row, { a: { precision: ['fp32'] } }).refused, 'no-choice:precision=bf16');
  assert.equal(fitToSchema({ ...row, needs: { field: 1 } }, schema).refused, 'needs:field');
  assert.equal(fitToSchema(row, {}).refused, 'no-kind:a');
  const rich = { a: { ...schema.a, weightFormat: ['nf4', 'nf4-dq'], framework: ['b', 'c'] } };
  assert.deepEqual(fitToSchema(row, rich), {
    question: { id: 'x', ask: 'a', precision: 'bf16', softwareYear: 2024, framework: 'b', weightFormat: 'nf4-dq' },
    apart: [],
  });
});
