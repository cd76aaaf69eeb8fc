// The options of serving and training, once: which input, which field of the core's question, when it is asked, and
// whether it stands in front or under "more". The form and the question both follow from this table.

import type { FieldKey, Values } from '../../state/fields';

export type Job = 'serve' | 'train';

export interface Option {
  readonly key: FieldKey;
  readonly field: string;
  /** Under which heading it stands. */
  readonly group: string;
  /** Shown under "more" rather than in front. */
  readonly more?: true;
  /** "yes" and "no" in the form, true and false in the question. */
  readonly flag?: true;
  /** Asked (and shown) only where this holds. */
  when?(values: Values): boolean;
}

const engine =
  (...names: readonly string[]) =>
  (v: Values) =>
    names.includes(v.engine);
const adapters = (v: Values) => v.task === 'fine-tune' && v.tune !== 'full';

export const servingOptions: readonly Option[] = [
  { key: 'engine', field: 'engine', group: 'engine' },
  { key: 'format', field: 'weightFormat', group: 'engine' },
  { key: 'kv', field: 'kvFormat', group: 'engine' },
  { key: 'context', field: 'contextTokens', group: 'load' },
  { key: 'users', field: 'batch', group: 'load' },
  { key: 'prompt', field: 'promptTokens', group: 'load' },
  { key: 'tp', field: 'tensorParallel', group: 'engine', more: true },
  { key: 'gpulayers', field: 'gpuLayers', group: 'engine', when: engine('llama.cpp') },
  { key: 'bpw', field: 'bitsPerWeight', group: 'engine', more: true },
  { key: 'kvv', field: 'kvValueFormat', group: 'engine', more: true },
  { key: 'util', field: 'gpuMemoryUtilization', group: 'engine', more: true, when: engine('vllm') },
  { key: 'seqs', field: 'maxNumSeqs', group: 'engine', more: true, when: engine('vllm', 'llama.cpp') },
  { key: 'batched', field: 'maxBatchedTokens', group: 'engine', more: true, when: engine('vllm') },
  { key: 'ubatch', field: 'ubatchTokens', group: 'engine', more: true, when: engine('llama.cpp') },
  { key: 'cpumoe', field: 'cpuMoeLayers', group: 'engine', more: true, when: engine('llama.cpp') },
  { key: 'logits', field: 'promptLogits', group: 'engine', more: true },
  { key: 'reading', field: 'attention', group: 'engine', more: true, when: engine('transformers') },
  { key: 'adapters', field: 'loraAdapters', group: 'beside', more: true },
  { key: 'adapterrank', field: 'loraRank', group: 'beside', more: true },
  { key: 'draft', field: 'draftModel', group: 'beside', more: true },
  { key: 'draftformat', field: 'draftWeightFormat', group: 'beside', more: true },
];

export const trainingOptions: readonly Option[] = [
  { key: 'tune', field: 'method', group: 'method', when: (v) => v.task === 'fine-tune' },
  { key: 'framework', field: 'framework', group: 'method' },
  { key: 'precision', field: 'precision', group: 'method' },
  { key: 'optimizer', field: 'optimizer', group: 'method' },
  { key: 'rank', field: 'loraRank', group: 'method', when: adapters },
  { key: 'targets', field: 'loraTargets', group: 'method', when: adapters, more: true },
  { key: 'dropout', field: 'loraDropout', group: 'method', when: adapters, more: true },
  {
    key: 'trainembeddings',
    field: 'trainEmbeddings',
    group: 'method',
    when: adapters,
    more: true,
    flag: true,
  },
  { key: 'frozen', field: 'weightFormat', group: 'method', when: adapters, more: true },
  { key: 'inbackward', field: 'optimizerInBackward', group: 'method', more: true, flag: true },
  {
    key: 'galore',
    field: 'galoreRank',
    group: 'method',
    when: (v) => v.optimizer === 'galore',
    more: true,
  },
  { key: 'seq', field: 'sequenceTokens', group: 'batch' },
  { key: 'micro', field: 'microBatch', group: 'batch' },
  { key: 'accumulation', field: 'gradientAccumulation', group: 'batch', more: true },
  { key: 'recompute', field: 'recompute', group: 'batch' },
  { key: 'attention', field: 'attention', group: 'kernels', more: true },
  { key: 'kernels', field: 'kernels', group: 'kernels', more: true },
  { key: 'entropy', field: 'crossEntropy', group: 'kernels', more: true },
  { key: 'compile', field: 'compile', group: 'kernels', more: true, flag: true },
  { key: 'sharding', field: 'sharding', group: 'parallel' },
  { key: 'offload', field: 'offload', group: 'parallel', more: true },
  { key: 'tp', field: 'tensorParallel', group: 'parallel', more: true },
  { key: 'sp', field: 'sequenceParallel', group: 'parallel', more: true, flag: true },
  { key: 'pp', field: 'pipelineParallel', group: 'parallel', more: true },
  { key: 'vp', field: 'virtualPipeline', group: 'parallel', more: true },
  { key: 'microbatches', field: 'microBatches', group: 'parallel', more: true },
  { key: 'cp', field: 'contextParallel', group: 'parallel', more: true },
  { key: 'ep', field: 'expertParallel', group: 'parallel', more: true },
  { key: 'year', field: 'softwareYear', group: 'counting', more: true },
  { key: 'statistic', field: 'statistic', group: 'counting', more: true },
];

export const jobOf = (values: Values): Job => (values.task === 'serve' ? 'serve' : 'train');
export const optionsOf = (values: Values): readonly Option[] =>
  (jobOf(values) === 'serve' ? servingOptions : trainingOptions).filter((o) => !o.when || o.when(values));

/** The fields of the question that the options say; what is left to the engine is left out. */
export function planFields(values: Values): Readonly<Record<string, unknown>> {
  const said = optionsOf(values).flatMap(({ key, field, flag }) => {
    const value: unknown = values[key];
    if (value === undefined || value === '') return [];
    return [[field, flag ? value === 'yes' : value] as const];
  });
  return Object.fromEntries(said);
}

/** Which input a problem of the core's field belongs to. */
export function keyOfProblem(values: Values, field: string): FieldKey | undefined {
  const [name = ''] = field.replace('methods[0].', '').split('.');
  if (name === 'model') return 'model';
  if (name === 'gpu' || name === 'gpus' || name === 'memoryBytes') return 'gpu';
  return optionsOf(values).find((o) => o.field === name)?.key;
}

/** The problem with its field and the other one as the form has them. */
export function asInputs<P extends { readonly field: string; readonly nearest?: string }>(
  values: Values,
  said: P,
): P {
  const key = (name: string) => keyOfProblem(values, name) ?? name;
  return { ...said, field: key(said.field), ...(said.nearest && { nearest: key(said.nearest) }) };
}
