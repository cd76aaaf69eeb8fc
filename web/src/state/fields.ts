// Every input of the page, once: its key in the URL hash, its initial text, how its text is read and which question
// of the core refuses a bad value. State is what people typed, as text; what it means is read from it.

import measuredGroups from '../../../scripts/accuracy/groups.json';
import type { Engine } from '../engine/engine';
import { languages } from '../i18n/index';
import { isGuess } from '../i18n/problem';
import type { QuantityKind } from '../parse/quantity';
import { parseDevices, type Device } from '../parse/devices';
import { firstLaw, fitFields, ownLawField } from './fit-fields';
import { choice, optionalQuantity, quantity, type Field, type Read } from './field';
import { modelFields } from './model-fields';
import { coreNames, scales, type ScaleId } from './rule';

export type { FieldProblem, Read } from './field';

const kaplan = (law: string, field: string) => (value: number) => ({
  question: { ask: 'loss', law, [field]: value },
  field,
});

/** Every input of a scaling law is checked by a law that takes it. */
const lawInput =
  (law: string, field: string, others: Readonly<Record<string, number>> = {}) =>
  (value: number) => ({
    question: { ask: 'loss', law, ...others, [field]: value },
    field,
  });
/** A scale of the slide rule: empty where it is not given. */
const ruleScale = (scale: ScaleId, kind: QuantityKind) =>
  optionalQuantity(kind, (value) => ({
    question: { ask: 'slide-rule', law: 'besiroglu-2024', [coreNames[scale]]: value },
    field: coreNames[scale],
  }));
const pair = { parameters: 1e9, tokens: 1e11 };

export const methods = [
  'infer-fp32',
  'infer-bf16',
  'infer-int8',
  'infer-int4',
  'article-fp32-adamw',
  'eleutherai-adamw',
  'eleutherai-adamw-8bit',
  'eleutherai-sgd-momentum',
] as const;

export const fields = {
  lang: choice('auto', ['auto', ...languages]),
  theme: choice('auto', ['auto', 'light', 'dark']),
  unit: choice('GB', ['GB', 'GiB']),
  gpu: {
    initial: 'rtx-4090,a100-sxm-80gb,h200-sxm',
    read: (text: string, engine: Engine): Read<readonly Device[]> => parseDevices(text, engine),
  },
  memory: optionalQuantity('bytes', (memoryBytes) => ({
    question: { ask: 'max-parameters', rule: 'article-2024', task: 'training', memoryBytes },
    field: 'memoryBytes',
  })),
  parameters: quantity('2B', 'count', (parameters) => ({
    question: { ask: 'rule-of-thumb', parameters },
    field: 'parameters',
  })),
  method: choice('article-fp32-adamw', methods),
  active: quantity('100%', 'share', (activeShare) => ({
    question: { ask: 'slide-rule', parameters: 1e9, activeShare },
    field: 'activeShare',
  })),
  loss: quantity('2.4', 'number', (loss) => ({
    question: { ask: 'target-loss', law: 'kaplan-2020-compute', loss },
    field: 'loss',
  })),
  compute: quantity('1 PF-day', 'compute', kaplan('kaplan-2020-compute', 'computeFlop')),
  data: quantity('22.9B', 'count', kaplan('kaplan-2020-data', 'tokens')),
  size: quantity('1.5B', 'count', kaplan('kaplan-2020-parameters', 'parameters')),
  group: choice('inference-transformers', measuredGroups),
  mfu: quantity('40%', 'share', (mfu) => ({
    question: { ask: 'training-time', parameters: 1e9, tokens: 1e9, peakFlops: 1e15, mfu },
    field: 'mfu',
  })),
  price: optionalQuantity(
    'money',
    (pricePerGpuHour) => ({
      question: { ask: 'training-time', parameters: 1e9, tokens: 1e9, peakFlops: 1e15, pricePerGpuHour },
      field: 'pricePerGpuHour',
    }),
    '2.50',
  ),
  law: {
    initial: firstLaw,
    read: (text: string, engine: Engine): Read<string> => {
      // Whether there is a law of one's own is the field `own`'s to say.
      if (text === 'own') return { value: text };
      const problem = engine.ask({ ask: 'laws', law: text }).problems?.[0];
      return problem?.field === 'law' ? { problem: { ...problem, text } } : { value: text };
    },
  },
  budget: quantity('5.76e23 FLOP', 'compute', kaplan('kaplan-2020-compute', 'computeFlop')),
  n: quantity('70B', 'count', kaplan('kaplan-2020-parameters', 'parameters')),
  d: quantity('1.4T', 'count', kaplan('kaplan-2020-data', 'tokens')),
  served: optionalQuantity('count', (inferenceTokens) => ({
    question: { ask: 'optimal', law: 'hoffmann-2022', computeFlop: 1e21, inferenceTokens },
    field: 'inferenceTokens',
  })),
  unique: quantity('400B', 'count', lawInput('muennighoff-2023', 'uniqueTokens', pair)),
  steps: quantity('250K', 'count', lawInput('kaplan-2020-steps', 'steps', { parameters: 1e9 })),
  experts: quantity('8', 'whole', lawInput('ludziejewski-2025', 'experts', pair)),
  granularity: quantity('1', 'whole', lawInput('krajewski-2024', 'granularity', pair)),
  sparsity: quantity('50%', 'share', lawInput('abnar-2025', 'sparsity', pair)),
  wbits: quantity('16', 'whole', lawInput('kumar-2024', 'weightBits', pair)),
  abits: quantity('16', 'whole', lawInput('kumar-2024', 'activationBits', pair)),
  'rule.move': choice('parameters', scales),
  'rule.pin': {
    initial: '',
    read: (text: string): Read<readonly ScaleId[]> => {
      const pins = text.split(',').filter(Boolean);
      const value = scales.filter((s) => pins.includes(s));
      const wrong = pins.find((p) => !(scales as readonly string[]).includes(p));
      return wrong === undefined ? { value } : { value, problem: { code: 'unknown-choice', text: wrong } };
    },
  },
  'rule.memory': ruleScale('memory', 'bytes'),
  'rule.tokens': ruleScale('tokens', 'count'),
  'rule.compute': ruleScale('compute', 'compute'),
  'rule.cost': ruleScale('cost', 'money'),
  'rule.loss': ruleScale('loss', 'number'),
  kvbits: quantity('16', 'whole', lawInput('kumar-2024', 'kvBits', pair)),
  own: ownLawField,
  ...fitFields,
  ...modelFields,
} as const;

export type FieldKey = keyof typeof fields;
export const fieldKeys = Object.keys(fields) as readonly FieldKey[];
export type State = Readonly<Record<FieldKey, string>>;
export type Values = {
  readonly [K in FieldKey]: (typeof fields)[K] extends { read(text: string, engine: Engine): Read<infer T> }
    ? T
    : never;
};

export const initialState = Object.freeze(
  Object.fromEntries(fieldKeys.map((key) => [key, fields[key].initial])),
) as State;

/** What an initial text means; that the core takes it too is a test's to check, not every start's. */
export const readInitial = (key: FieldKey, engine: Engine): Read<unknown> =>
  fields[key].read(initialState[key], engine);

/** Reads one field's text and lets the core check the value. A device list may hold both good parts and a problem. */
export function readField(key: FieldKey, text: string, engine: Engine): Read<unknown> {
  const field = fields[key] as Field<unknown>;
  const read = field.read(text, engine);
  if (!('value' in read) || !field.probe) return read;
  const { question, field: asked } = field.probe(read.value);
  // Whether it goes together with the other inputs is asked where they are known.
  const problem = engine
    .ask(question)
    .problems?.find(
      (p) =>
        (p.field === asked || p.field.startsWith(`${asked}.`)) &&
        (asked === 'model' || !p.nearest || isGuess(p.code)),
    );
  if (!problem) return read;
  const part = problem.field.slice(asked.length + 1);
  return { problem: part ? { ...problem, part } : problem };
}
