// The slide rule's state: which scales are given. What is pinned stays given; what was moved last is given too; the
// core solves the rest. The page's parameters are the rule's: where they follow, their text follows as well.

import type { Question, Reply, RuleTable, ScaleName, SlideRule } from '../engine/engine';
import { initialState, type FieldKey, type State, type Values } from './fields';
import { lawOf } from './fit-fields';
import type { Store } from './store';

declare const __HOSTED__: boolean;

export const scales = ['memory', 'parameters', 'tokens', 'compute', 'cost', 'loss'] as const;
export type ScaleId = (typeof scales)[number];

/** What the core calls them. */
export const coreNames: Readonly<Record<ScaleId, ScaleName>> = {
  memory: 'requiredBytes',
  parameters: 'parameters',
  tokens: 'tokens',
  compute: 'computeFlop',
  cost: 'cost',
  loss: 'loss',
};

/** Memory is parameters in bytes, money is compute at a price: the one fixes the other. */
const tied: Partial<Record<ScaleId, ScaleId>> = { memory: 'parameters', cost: 'compute' };
const quantityOf = (scale: ScaleId) => tied[scale] ?? scale;

export type RuleTextKey = 'parameters' | `rule.${Exclude<ScaleId, 'parameters'>}`;
export const textKey = (scale: ScaleId): RuleTextKey =>
  scale === 'parameters' ? 'parameters' : `rule.${scale}`;

/** Whether a scale moves: two pinned quantities fix all others. */
export function isFree(scale: ScaleId, pins: readonly ScaleId[]): boolean {
  if (pins.includes(scale)) return true;
  const fixed = new Set(pins.map(quantityOf));
  return fixed.size < 2 && !fixed.has(quantityOf(scale));
}

const pinsOf = (values: Values) => values['rule.pin'].filter((s) => values[textKey(s)] !== undefined);

/** Whether what was moved last follows from the pins, and so is not given. */
const isHeld = (values: Values) => !isFree(values['rule.move'], pinsOf(values));

export function givenScales(values: Values): readonly ScaleId[] {
  const pins = pinsOf(values);
  const move = values['rule.move'];
  const isGiven = !isHeld(values) && !pins.includes(move) && values[textKey(move)] !== undefined;
  const given = isGiven ? [...pins, move] : pins;
  return given.length > 0 ? given : ['parameters'];
}

const pinText = (pins: readonly ScaleId[]) => scales.filter((s) => pins.includes(s)).join(',');

/** What changes when a scale is moved to a text: what was moved before is given no longer. */
export function moved(values: Values, scale: ScaleId, text: string): Partial<State> {
  return { ...released(values, scale), 'rule.move': scale, [textKey(scale)]: text };
}

function released(values: Values, scale: ScaleId): Partial<State> {
  const before = values['rule.move'];
  const stays = before === scale || before === 'parameters' || values['rule.pin'].includes(before);
  return stays ? {} : { [textKey(before)]: '' };
}

/** Pins a scale where it stands, or lets it go. */
export function pinned(values: Values, scale: ScaleId, text: string): Partial<State> {
  const pins = values['rule.pin'];
  if (pins.includes(scale)) {
    return {
      ...released(values, scale),
      'rule.pin': pinText(pins.filter((s) => s !== scale)),
      'rule.move': scale,
    };
  }
  const all = [...pins, scale];
  const stays = isFree(values['rule.move'], all);
  return {
    ...(stays ? {} : moved(values, scale, text)),
    'rule.pin': pinText(all),
    [textKey(scale)]: text,
  };
}

type Given = Readonly<Partial<Record<ScaleName, number | undefined>>>;

/** Scales with their values, and the texts that say no more than these. */
interface Asked {
  readonly given: Given;
  readonly state: Partial<State> | false;
}

const lastMet = new WeakMap<Store, Asked>();

interface RuleReply {
  readonly asked: Reply<SlideRule>;
  readonly shown?: SlideRule | undefined;
  /** What is shown was solved from this. */
  readonly from?: Asked;
  /** Whether what is given now cannot be met or contradicts the pins: shown is what was met last. */
  readonly isLast: boolean;
  /** What was moved last against the pins, which stand. */
  readonly refused?: ScaleId | undefined;
  /** Scales that are given and stand otherwise in what is shown. */
  readonly left: readonly ScaleId[];
}

/** The question as the state asks it; where it cannot be met, as it last was, or else by the pins or the parameters. */
export function ruleReply(store: Store): RuleReply {
  const { values, good } = store;
  const { 'rule.move': move, 'rule.pin': pins } = values;
  const askedBy = (some: readonly ScaleId[]): Asked => ({
    given: Object.fromEntries(some.map((s) => [coreNames[s], values[textKey(s)]])),
    // For copies.
    state: __HOSTED__ && {
      'rule.move': some.includes(move) ? move : 'parameters',
      'rule.pin': pinText(pins.filter((s) => some.includes(s))),
      ...Object.fromEntries(
        scales.map((s) => [textKey(s), s === 'parameters' || some.includes(s) ? good[textKey(s)] : '']),
      ),
    },
  });
  const solve = ({ given }: Asked) => store.ask<SlideRule>(question(store, given));
  const scalesNow = givenScales(values);
  const now = askedBy(scalesNow);
  const asked = solve(now);
  const known = lastMet.get(store);
  const from = [now, ...(known ? [known] : []), askedBy(pins), askedBy(['parameters'])].find((some) =>
    isMet(solve(some).result),
  );
  if (from === now) lastMet.set(store, now);
  // The text of parameters stands refused: see setWithRule.
  const contradicts = () =>
    move === 'parameters'
      ? store.problem('parameters')?.code === 'contradicts'
      : from !== now || solve(askedBy([...pins, move])).problems?.some((p) => p.code === 'contradicts');
  const refused = isHeld(values) && contradicts() ? move : undefined;
  return {
    asked,
    shown: from && solve(from).result,
    ...(from ? { from } : {}),
    isLast: !!from && (from !== now || !!refused),
    refused,
    left: scalesNow.filter((s) => from && from.given[coreNames[s]] !== now.given[coreNames[s]]),
  };
}

/** Whether parameters and tokens are known, and with them all that there is to know. */
const isMet = (answer: SlideRule | undefined): boolean => answer?.tokensPerParameter !== undefined;

function question(store: Store, given: Given): Question {
  const { values } = store;
  const rows = store.ask<RuleTable>({ ask: 'rule-table', devices: [] }).result?.rows;
  const row = rows?.find((r) => r.id === values.method);
  const device = values.gpu[0];
  const bytes = device?.memoryBytes ?? values.memory;
  return {
    ask: 'slide-rule',
    task: row?.task,
    rule: row?.rule,
    weightFormat: row?.weightFormat,
    optimizer: row?.optimizer,
    ...lawOf(values),
    activeShare: values.active,
    mfu: values.mfu,
    pricePerGpuHour: values.price,
    gpus: device?.count,
    ...(device?.gpu ? { gpu: device.gpu.id } : { memoryBytes: bytes }),
    ...given,
  };
}

/** A value as a text that reads back as it, to so many digits. */
export function valueText(scale: ScaleId, value: number, digits = 3, unit = 'GB'): string {
  const short = (x: number) => String(Number(x.toPrecision(digits)));
  if (scale === 'memory') return short(value / (unit === 'GB' ? 1e9 : 2 ** 30)) + unit;
  if (scale === 'compute') return `${value.toExponential(digits - 1).replace('e+', 'e')} FLOP`;
  if (scale === 'loss') return value.toPrecision(digits);
  const rounded = Number(value.toPrecision(digits));
  const [letter, size] = letters.find(([, s]) => rounded >= s) ?? ['', 1];
  return `${short(rounded / size)}${letter}`;
}
const letters = [
  ['T', 1e12],
  ['B', 1e9],
  ['M', 1e6],
] as const;

/** Sets what a person changed. Typing parameters anywhere moves their scale; where they follow, their text does. */
export function setWithRule(
  store: Store,
  patch: Partial<State>,
  options?: { readonly commit?: boolean; readonly whole?: boolean },
): void {
  const isTyped = patch.parameters !== undefined && patch['rule.move'] === undefined;
  store.set(isTyped ? { ...patch, ...moved(store.values, 'parameters', patch.parameters ?? '') } : patch, {
    ...options,
    following: () => {
      if (givenScales(store.values).includes('parameters')) return {};
      const { shown, from, left } = ruleReply(store);
      const value = shown?.scales[1]?.value;
      if (!from || 'parameters' in from.given || value === undefined) return {};
      const follows = { parameters: valueText('parameters', value, 4) };
      const { values, state } = store;
      if (values['rule.move'] !== 'parameters') return { follows };
      // What is typed against the pins stays where it is typed, and nothing is computed from it. A link without
      // parameters has those that follow.
      const isTold = patch.parameters !== undefined && !options?.whole;
      const isSaid = isTold || state.parameters !== initialState.parameters;
      const before = store.problem('parameters');
      if (before && before.code !== 'contradicts') return { follows, refused: { parameters: before } };
      const agrees = !before && valueText('parameters', values.parameters, 4) === follows.parameters;
      if (isSaid && !agrees) {
        const limit = left.length > 0 ? undefined : value;
        return { follows, refused: { parameters: { code: 'contradicts', limit } } };
      }
      // It is not what was moved: with another law it follows again.
      return {
        follows: { ...follows, 'rule.move': pinsOf(values)[0] ?? '' },
        ...(isSaid ? { refused: { parameters: undefined } } : {}),
      };
    },
  });
}

/** What the rule is computed from. */
export const ruleKeys = (values: Values): readonly FieldKey[] => [
  ...new Set([...givenScales(values), values['rule.move']].map(textKey)),
  'active',
  'mfu',
  'price',
  'gpu',
];
