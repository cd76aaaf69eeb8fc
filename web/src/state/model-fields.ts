// What the page of models asks besides the hardware: the model, how it is served and how it is trained. Choices and
// ranges are the core's own: its description of the question says them.

import type { Engine, SchemaField } from '../engine/engine';
import { choice, quantity, type Field, type Read } from './field';
import { readModelText, type ModelValue } from './model-text';
import { parseQuantity, type QuantityKind } from '../parse/quantity';

type Kind = 'inference-memory' | 'training-memory' | 'decode-speed';

const schemas = new WeakMap<Engine, ReadonlyMap<string, SchemaField>>();

/** A field of a question as the core describes it; undefined where this build does not answer that kind. */
export function coreField(engine: Engine, kind: Kind, name: string): SchemaField | undefined {
  let fields = schemas.get(engine);
  if (!fields) {
    fields = new Map(engine.schema().flatMap((k) => k.fields.map((f) => [`${k.kind}.${f.name}`, f] as const)));
    schemas.set(engine, fields);
  }
  return fields.get(`${kind}.${name}`);
}

/** A choice of the core; with `unset`, an empty text leaves it to the engine or framework. */
function coreChoice(kind: Kind, name: string, initial: string): Field<string> {
  return {
    initial,
    read: (text, engine) => {
      const choices = coreField(engine, kind, name)?.choices;
      const known = !choices || choices.includes(text) || (initial === '' && text === '');
      return known ? { value: text } : { problem: { code: 'unknown-choice', text } };
    },
  };
}

const complete: Readonly<Record<Kind, object>> = {
  'inference-memory': { model: 'llama-3.1-8b', contextTokens: 8192 },
  'training-memory': { model: 'llama-3.1-8b', sequenceTokens: 2048, method: 'lora' },
  'decode-speed': { model: 'llama-3.1-8b', gpu: 'rtx-4090' },
};

function coreQuantity(kind: Kind, name: string, initial: string, unit: QuantityKind = 'count'): Field<number> {
  return quantity(initial, unit, (value) => ({
    question: { ask: kind, ...complete[kind], [name]: value },
    field: name,
  }));
}

/** A quantity that may stay empty: the engine's or framework's own. */
function coreOptional(kind: Kind, name: string, unit: QuantityKind = 'count'): Field<number | undefined> {
  return {
    initial: '',
    read: (text): Read<number | undefined> => {
      if (text.trim() === '') return { value: undefined };
      const parsed = parseQuantity(text, unit);
      return 'value' in parsed ? parsed : { problem: parsed };
    },
    probe: (value) => ({
      question: { ask: kind, ...complete[kind], ...(value === undefined ? {} : { [name]: value }) },
      field: name,
    }),
  };
}

function modelField(initial: string): Field<ModelValue | undefined> {
  return {
    initial,
    read: (text): Read<ModelValue | undefined> =>
      text === '' && initial === '' ? { value: undefined } : readModelText(text),
    probe: (model) => ({ question: { ask: 'model', ...(model === undefined ? {} : { model }) }, field: 'model' }),
  };
}

const yesNo = (initial: 'yes' | 'no') => choice(initial, ['yes', 'no']);

/** "q_proj,v_proj" as the list that the core takes; the two words as they are. */
function targets(): Field<string | readonly string[]> {
  return {
    initial: 'all-linear',
    read: (text) => {
      const names = text.split(/[\s,]+/u).filter(Boolean);
      if (names.length === 0) return { problem: { code: 'empty' } };
      const [first] = names;
      return { value: names.length === 1 && first ? first : names };
    },
    probe: (loraTargets) => ({
      question: { ask: 'training-memory', ...complete['training-memory'], loraTargets },
      field: 'loraTargets',
    }),
  };
}

const serve = 'inference-memory';
const train = 'training-memory';

export const modelFields = {
  model: modelField('llama-3.1-8b'),
  task: choice('serve', ['serve', 'fine-tune', 'train']),
  /** Which of the chosen devices the breakdown is for; empty: the first. */
  card: { initial: '', read: (text: string): Read<string> => ({ value: text }) },

  engine: coreChoice(serve, 'engine', 'vllm'),
  format: coreChoice(serve, 'weightFormat', 'bf16'),
  bpw: coreOptional(serve, 'bitsPerWeight', 'number'),
  kv: coreChoice(serve, 'kvFormat', 'bf16'),
  kvv: coreChoice(serve, 'kvValueFormat', ''),
  context: coreQuantity(serve, 'contextTokens', '8192'),
  users: coreQuantity(serve, 'batch', '1'),
  prompt: coreOptional(serve, 'promptTokens'),
  answer: coreQuantity('decode-speed', 'outputTokens', '256'),
  util: coreQuantity(serve, 'gpuMemoryUtilization', '90%', 'number'),
  seqs: coreOptional(serve, 'maxNumSeqs'),
  batched: coreOptional(serve, 'maxBatchedTokens'),
  ubatch: coreQuantity(serve, 'ubatchTokens', '512'),
  gpulayers: coreOptional(serve, 'gpuLayers'),
  cpumoe: coreQuantity(serve, 'cpuMoeLayers', '0'),
  hostbandwidth: coreQuantity('decode-speed', 'hostBandwidthGbPerSecond', '60', 'number'),
  logits: coreChoice(serve, 'promptLogits', ''),
  reading: coreChoice(serve, 'attention', 'flash'),
  adapters: coreQuantity(serve, 'loraAdapters', '1'),
  adapterrank: coreQuantity(serve, 'loraRank', '0'),
  draft: modelField(''),
  draftformat: coreChoice(serve, 'draftWeightFormat', 'bf16'),

  tune: choice('qlora', ['qlora', 'lora', 'full']),
  framework: coreChoice(train, 'framework', 'pytorch'),
  precision: coreChoice(train, 'precision', 'bf16-mixed'),
  frozen: coreChoice(train, 'weightFormat', ''),
  optimizer: coreChoice(train, 'optimizer', 'adamw'),
  inbackward: yesNo('no'),
  galore: coreQuantity(train, 'galoreRank', '128'),
  seq: coreQuantity(train, 'sequenceTokens', '2048'),
  micro: coreQuantity(train, 'microBatch', '1'),
  accumulation: coreQuantity(train, 'gradientAccumulation', '1'),
  recompute: coreChoice(train, 'recompute', 'full'),
  attention: coreChoice(train, 'attention', 'flash'),
  kernels: coreChoice(train, 'kernels', ''),
  entropy: coreChoice(train, 'crossEntropy', 'standard'),
  compile: yesNo('no'),
  rank: coreQuantity(train, 'loraRank', '16'),
  targets: targets(),
  dropout: coreOptional(train, 'loraDropout', 'number'),
  trainembeddings: yesNo('no'),
  sharding: coreChoice(train, 'sharding', 'none'),
  offload: coreChoice(train, 'offload', 'none'),
  tp: coreOptional(train, 'tensorParallel'),
  pp: coreQuantity(train, 'pipelineParallel', '1'),
  vp: coreQuantity(train, 'virtualPipeline', '1'),
  microbatches: coreOptional(train, 'microBatches'),
  cp: coreQuantity(train, 'contextParallel', '1'),
  ep: coreQuantity(train, 'expertParallel', '1'),
  sp: yesNo('no'),
  year: coreQuantity(train, 'softwareYear', '2024', 'number'),
  statistic: coreChoice(train, 'statistic', 'allocated'),
} as const;
