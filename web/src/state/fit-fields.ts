// The inputs of the page that fits one's own runs, and the law that it hands to the calculator and the page of all laws.

import type { Engine, OwnLaw } from '../engine/engine';
import { parseOwnLaw } from '../parse/own-law';
import { choice, optionalQuantity, quantity, type Read } from './field';
import type { Values } from './fields';

declare const __PART__: string;

/** The fit's settings are checked by a fit of no runs. */
const fitSetting = (field: string) => (value: number) => ({
  question: { ask: 'fit-law', runs: [], [field]: value },
  field,
});

export const fitForms = [
  'chinchilla',
  'chinchilla-tied',
  'chinchilla-fixed-e',
  'kaplan-joint',
  'power-law-n',
  'power-law-d',
  'power-law-c',
] as const;

/** The law that the pages begin with, and that stands in where a link names an own law without its constants. */
export const firstLaw = 'besiroglu-2024';

/** How a question names the chosen law; one's own comes along whole. */
export function lawOf({ law, own }: Pick<Values, 'law' | 'own'>): {
  readonly law: string;
  readonly own?: OwnLaw;
} {
  if (law !== 'own') return { law };
  return own ? { law, own } : { law: firstLaw };
}

export const ownLawField = {
  initial: '',
  read: (text: string, engine: Engine): Read<OwnLaw | undefined> => {
    // The other pages only carry it along.
    if (text === '' || (__PART__ !== 'laws' && __PART__ !== 'calculator')) return { value: undefined };
    const own = parseOwnLaw(text);
    if (!own) return { problem: { code: 'not-a-law' } };
    const problem = engine.ask({ ask: 'laws', law: 'own', own }).problems?.find((p) => p.field !== 'ask');
    return problem ? { problem: { code: 'not-a-law' } } : { value: own };
  },
};

export const fitFields = {
  runs: choice('gadre-2024-c4-runs', ['gadre-2024-c4-runs', 'datablations-2023-runs', 'own']),
  form: choice('chinchilla', fitForms),
  criterion: choice('huber', ['huber', 'least-absolute']),
  delta: quantity('0.001', 'number', fitSetting('huberDelta')),
  floor: optionalQuantity('number', fitSetting('floor')),
  refits: quantity('4000', 'whole', fitSetting('bootstraps')),
  seed: quantity('42', 'whole', fitSetting('seed')),
  lossUnit: choice('nats-per-token', ['nats-per-token', 'unknown']),
} as const;
