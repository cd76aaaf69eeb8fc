// What the page of models asks besides the hardware: the model, how it is served and how it is trained. Choices and
// ranges are the core's own: its description of the question says them.

import type { Engine, ModelRow, Reply, SchemaField } from '../engine/engine';
import { choice, fromParsed, quantity, unknownChoice, type Field, type Read } from './field';
import { readModelText, type ModelValue } from './model-text';
import { parseQuantity, type QuantityKind } from '../parse/quantity';

/** What stands in each input at first. All that the other pages need to know: they hand the texts on in their links. */
const initial = {
  model: 'llama-3.1-8b',
  task: 'serve',
  card: '',
  table: 'models',
  way: '',
  sort: 'used',
  engine: 'vllm',
  format: 'bf16',
  bpw: '',
  kv: 'bf16',
  kvv: '',
  context: '8192',
  users: '1',
  prompt: '',
  answer: '256',
  util: '90%',
  seqs: '',
  batched: '',
  ubatch: '512',
  gpulayers: '',
  cpumoe: '0',
  hostbandwidth: '60',
  logits: '',
  reading: 'flash',
  adapters: '1',
  adapterrank: '0',
  draft: '',
  draftformat: 'bf16',
  tune: 'qlora',
  framework: 'pytorch',
  precision: 'bf16-mixed',
  frozen: '',
  optimizer: 'adamw',
  inbackward: 'no',
  galore: '128',
  seq: '2048',
  micro: '1',
  accumulation: '1',
  recompute: 'full',
  attention: 'flash',
  kernels: '',
  entropy: 'standard',
  compile: 'no',
  rank: '16',
  targets: 'all-linear',
  dropout: '',
  trainembeddings: 'no',
  sharding: 'none',
  offload: 'none',
  tp: '',
  pp: '1',
  vp: '1',
  microbatches: '',
  cp: '1',
  ep: '1',
  sp: 'no',
  year: '',
  statistic: 'allocated',
} as const;

declare const __PART__: string;

type Kind = 'inference-memory' | 'training-memory' | 'decode-speed';

const schemas = new WeakMap<Engine, ReadonlyMap<string, SchemaField>>();

/** A field of a question as the core describes it; undefined where this build does not answer that kind. */
export function coreField(engine: Engine, kind: Kind, name: string): SchemaField | undefined {
  let fields = schemas.get(engine);
  if (!fields) {
    fields = new Map(
      engine.schema().flatMap((k) => k.fields.map((f) => [`${k.kind}.${f.name}`, f] as const)),
    );
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
      return known ? { value: text } : unknownChoice(text, choices);
    },
  };
}

const complete: Readonly<Record<Kind, object>> = {
  'inference-memory': { model: 'llama-3.1-8b', contextTokens: 8192 },
  'training-memory': { model: 'llama-3.1-8b', sequenceTokens: 2048, method: 'lora' },
  'decode-speed': { model: 'llama-3.1-8b', gpu: 'rtx-4090' },
};

function coreQuantity(
  kind: Kind,
  name: string,
  initial: string,
  unit: QuantityKind = 'count',
): Field<number> {
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
      return fromParsed(parseQuantity(text, unit));
    },
    probe: (value) => ({
      question: { ask: kind, ...complete[kind], ...(value === undefined ? {} : { [name]: value }) },
      field: name,
    }),
  };
}

const names = new WeakMap<Engine, ReadonlyMap<string, string>>();

/** What the models of the catalogue are called, by their ids. */
export function modelNames(engine: Engine): ReadonlyMap<string, string> {
  let known = names.get(engine);
  if (!known) {
    const { result } = engine.ask({ ask: 'models' }) as Reply<{ readonly models: readonly ModelRow[] }>;
    known = new Map(result?.models.map(({ id, name }) => [id, name]));
    names.set(engine, known);
  }
  return known;
}

/** A model by its id, or as it is called. */
function readModel(text: string, engine: Engine): Read<ModelValue> {
  const read = readModelText(text);
  // No id has a capital or a space; where there is none, the start need not ask for the names.
  if (!('value' in read) || typeof read.value !== 'string' || !/[A-Z ]/u.test(text.trim())) return read;
  const { value } = read;
  const [id = value] = [...modelNames(engine)].find(([, name]) => name.toLowerCase() === value) ?? [];
  return { value: id };
}

function modelField(first: string): Field<ModelValue | undefined> {
  return {
    initial: first,
    read: (text, engine): Read<ModelValue | undefined> =>
      text === '' && first === '' ? { value: undefined } : readModel(text, engine),
    probe: (model) => ({
      question: { ask: 'model', model: model ?? initial.model },
      field: 'model',
    }),
  };
}

const yesNo = (initial: 'no') => choice<'yes' | 'no'>(initial, ['yes', 'no']);

/** "q_proj,v_proj" as the list that the core takes; the two words as they are. */
function targets(first: string): Field<string | readonly string[]> {
  return {
    initial: first,
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

const readFields = () => ({
  model: modelField(initial.model),
  task: choice(initial.task, ['serve', 'fine-tune', 'train']),
  /** Which of the chosen devices the breakdown is for; empty: the first. */
  card: { initial: '', read: (text: string): Read<string> => ({ value: text }) },

  /** The heat map: what its rows are, by which method, in which order. */
  table: choice(initial.table, ['models', 'methods', 'contexts']),
  way: { initial: initial.way, read: (text: string): Read<string> => ({ value: text }) },
  sort: choice(initial.sort, ['used', 'need', 'largest', 'name']),

  engine: coreChoice(serve, 'engine', initial.engine),
  format: coreChoice(serve, 'weightFormat', initial.format),
  bpw: coreOptional(serve, 'bitsPerWeight', 'number'),
  kv: coreChoice(serve, 'kvFormat', initial.kv),
  kvv: coreChoice(serve, 'kvValueFormat', initial.kvv),
  context: coreQuantity(serve, 'contextTokens', initial.context),
  users: coreQuantity(serve, 'batch', initial.users, 'people'),
  prompt: coreOptional(serve, 'promptTokens'),
  answer: coreQuantity('decode-speed', 'outputTokens', initial.answer),
  util: coreQuantity(serve, 'gpuMemoryUtilization', initial.util, 'share'),
  seqs: coreOptional(serve, 'maxNumSeqs', 'whole'),
  batched: coreOptional(serve, 'maxBatchedTokens'),
  ubatch: coreQuantity(serve, 'ubatchTokens', initial.ubatch),
  gpulayers: coreOptional(serve, 'gpuLayers', 'whole'),
  cpumoe: coreQuantity(serve, 'cpuMoeLayers', initial.cpumoe, 'whole'),
  hostbandwidth: coreQuantity('decode-speed', 'hostBandwidthGbPerSecond', initial.hostbandwidth, 'number'),
  logits: coreChoice(serve, 'promptLogits', initial.logits),
  reading: coreChoice(serve, 'attention', initial.reading),
  adapters: coreQuantity(serve, 'loraAdapters', initial.adapters, 'whole'),
  adapterrank: coreQuantity(serve, 'loraRank', initial.adapterrank, 'whole'),
  draft: modelField(initial.draft),
  draftformat: coreChoice(serve, 'draftWeightFormat', initial.draftformat),

  tune: choice(initial.tune, ['qlora', 'lora', 'full']),
  framework: coreChoice(train, 'framework', initial.framework),
  precision: coreChoice(train, 'precision', initial.precision),
  frozen: coreChoice(train, 'weightFormat', initial.frozen),
  optimizer: coreChoice(train, 'optimizer', initial.optimizer),
  inbackward: yesNo(initial.inbackward),
  galore: coreQuantity(train, 'galoreRank', initial.galore, 'whole'),
  seq: coreQuantity(train, 'sequenceTokens', initial.seq),
  micro: coreQuantity(train, 'microBatch', initial.micro, 'whole'),
  accumulation: coreQuantity(train, 'gradientAccumulation', initial.accumulation, 'whole'),
  recompute: coreChoice(train, 'recompute', initial.recompute),
  attention: coreChoice(train, 'attention', initial.attention),
  kernels: coreChoice(train, 'kernels', initial.kernels),
  entropy: coreChoice(train, 'crossEntropy', initial.entropy),
  compile: yesNo(initial.compile),
  rank: coreQuantity(train, 'loraRank', initial.rank, 'whole'),
  targets: targets(initial.targets),
  dropout: coreOptional(train, 'loraDropout', 'share'),
  trainembeddings: yesNo(initial.trainembeddings),
  sharding: coreChoice(train, 'sharding', initial.sharding),
  offload: coreChoice(train, 'offload', initial.offload),
  tp: coreOptional(train, 'tensorParallel', 'cards'),
  pp: coreQuantity(train, 'pipelineParallel', initial.pp, 'cards'),
  vp: coreQuantity(train, 'virtualPipeline', initial.vp, 'whole'),
  microbatches: coreOptional(train, 'microBatches', 'whole'),
  cp: coreQuantity(train, 'contextParallel', initial.cp, 'cards'),
  ep: coreQuantity(train, 'expertParallel', initial.ep, 'cards'),
  sp: yesNo(initial.sp),
  year: coreOptional(train, 'softwareYear', 'year'),
  statistic: coreChoice(train, 'statistic', initial.statistic),
});

type ModelFields = ReturnType<typeof readFields>;

const handOn = () =>
  Object.fromEntries(
    Object.entries(initial).map(([key, text]) => [
      key,
      { initial: text, read: (value: string) => ({ value }) },
    ]),
  ) as unknown as ModelFields;

export const modelFields: ModelFields = __PART__ === 'models' ? readFields() : handOn();
