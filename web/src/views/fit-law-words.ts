// What the views of a fit have in common: the fit as a law that can be asked, and how its figures are written.

import type { Interval, LawFitAnswer, Loss, OwnLaw } from '../engine/engine';
import { significant } from '../format/format';
import type { FitSettings, RunsRead } from '../fit-law/tasks';
import { idKey } from '../i18n/index';
import type { Context } from './context';
import { letters } from './formula';

export interface Fitted {
  readonly answer: LawFitAnswer;
  readonly read: RunsRead;
  readonly settings: FitSettings;
}

/** 0.478–0.541 */
export function intervalText(ctx: Context, { low, high }: Interval): string {
  const digits = Math.min(6, Math.max(3, Math.ceil(Math.log10(Math.abs(high) / (high - low || 1))) + 2));
  return `${significant(low, ctx.lang, digits)}–${significant(high, ctx.lang, digits)}`;
}

export function constantName(ctx: Context, symbol: string): string {
  const key = idKey('symbol', symbol);
  return key === symbol ? letters(symbol) : ctx.t(key);
}

/** Parameters, tokens and loss of run i. */
export function runAt({ rows }: RunsRead, i: number): readonly [number, number, number] {
  return [rows[3 * i] ?? NaN, rows[3 * i + 1] ?? NaN, rows[3 * i + 2] ?? NaN];
}

export interface Extent {
  readonly low: number;
  readonly high: number;
}

export function extentOf({ rows }: RunsRead, value: (n: number, d: number, l: number) => number): Extent {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < rows.length; i += 3) {
    const x = value(rows[i] ?? NaN, rows[i + 1] ?? NaN, rows[i + 2] ?? NaN);
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  return { low, high };
}

const asked = new WeakMap<LawFitAnswer, OwnLaw>();

/** The fitted law as every question takes it. */
export function ownLaw(ctx: Context, { answer, read, settings }: Fitted): OwnLaw {
  const unit = ctx.store.values.lossUnit;
  const known = asked.get(answer);
  if (known?.unit === unit) return known;
  const n = extentOf(read, (x) => x);
  const d = extentOf(read, (_, x) => x);
  const { covarianceOf, logCovariance } = answer;
  const own: OwnLaw = {
    form: settings.form,
    constants: answer.constants,
    ...(covarianceOf.length > 0 ? { covarianceOf, logCovariance } : {}),
    parametersLow: n.low,
    parametersHigh: n.high,
    tokensLow: d.low,
    tokensHigh: d.high,
    unit,
  };
  asked.set(answer, own);
  return own;
}

/** What the form takes of a run, the others held or not there. */
export function inputsOf(form: string): readonly ('parameters' | 'tokens' | 'computeFlop')[] {
  if (form === 'power-law-n') return ['parameters'];
  if (form === 'power-law-d') return ['tokens'];
  return form === 'power-law-c' ? ['computeFlop'] : ['parameters', 'tokens'];
}

/** C = 6 N D, as the fit takes it. */
export const computeOf = (n: number, d: number) => 6 * n * d;

/** The loss by the fitted law. */
export function lossBy(ctx: Context, fitted: Fitted, n: number, d: number): number | undefined {
  const values = { parameters: n, tokens: d, computeFlop: computeOf(n, d) };
  const at = Object.fromEntries(inputsOf(fitted.settings.form).map((input) => [input, values[input]]));
  const loss = ctx.ask<Loss>({ ask: 'loss', law: 'own', own: ownLaw(ctx, fitted), ...at }).result?.loss;
  return Number.isFinite(loss) ? loss : undefined;
}
