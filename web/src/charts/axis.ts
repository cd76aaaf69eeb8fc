// Axes of a plot: scale, ticks and labels that fit. d3-scale does the arithmetic; drawing is plot.ts's.

import { scaleLinear, scaleLog, type ScaleContinuousNumeric } from 'd3-scale';

export interface AxisSpec {
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly kind: 'log' | 'linear';
  /** A tick's label; absent: the plain number, all with as many decimals as the longest. */
  readonly tick?: (value: number) => string;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export type Scale = ScaleContinuousNumeric<number, number>;

export function scaleOf(axis: AxisSpec, range: readonly [number, number]): Scale {
  const scale: Scale = axis.kind === 'log' ? scaleLog() : scaleLinear();
  return scale.domain(axis.domain).range(range);
}

const log10 = Math.log10;

/** As many ticks as leave `spacing` pixels to each; on a log axis whole decades where they are enough. */
export function ticksOf(axis: AxisSpec, scale: Scale, spacing: number): readonly Tick[] {
  const [from = 0, to = 0] = scale.range();
  const room = Math.max(2, Math.floor(Math.abs(to - from) / spacing));
  const make = (values: readonly number[]) => {
    const decimals = Math.max(0, ...values.map((v) => (String(v).split('.')[1] ?? '').length));
    const label = axis.tick ?? ((v: number) => v.toFixed(decimals));
    return values.map((v) => ({ at: scale(v), label: label(v) }));
  };
  if (axis.kind === 'linear') return make(scale.ticks(room));
  const [low, high] = axis.domain;
  const decades = log10(high / low);
  if (decades >= 2) {
    const all = decadesIn(low, high);
    const step = Math.max(1, Math.ceil(all.length / room));
    return make(all.filter((p) => Math.round(log10(p)) % step === 0));
  }
  // Within a decade or two: as many of 1 1.5 2 2.5 3 4 … 9 as fit.
  const fits = (values: readonly number[]) =>
    values.every((v, i) => i === 0 || Math.abs(scale(v) - scale(values[i - 1] ?? v)) >= spacing * 0.75);
  const choices = leadingDigits.map((digits) => within(digits, low, high));
  const roomy = choices.find((c) => c.length > 1 && fits(c));
  return make(
    roomy ?? (scale.ticks(room).length > 1 && decades < 0.5 ? scale.ticks(room) : (choices.at(-1) ?? [])),
  );
}

const leadingDigits = [
  [1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.4, 2.6, 2.8, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9],
  [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9],
  [1, 1.5, 2, 3, 4, 5, 7],
  [1, 2, 3, 5],
  [1, 2, 5],
  [1, 3],
  [1],
];

function within(digits: readonly number[], low: number, high: number): readonly number[] {
  const decades = decadesIn(10 ** Math.floor(log10(low)), high);
  const values = decades.flatMap((d) => digits.map((k) => Number((k * d).toPrecision(3))));
  return values.filter((v) => v >= low && v <= high);
}

function decadesIn(low: number, high: number): readonly number[] {
  const first = Math.ceil(log10(low) - 1e-9);
  const last = Math.floor(log10(high) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (first + i));
}

/** The domain widened to whole decades and to what must be seen in it. */
export function decadeDomain(low: number, high: number, ...inside: readonly number[]): [number, number] {
  const seen = [low, high, ...inside.filter((x) => Number.isFinite(x) && x > 0)];
  return [
    10 ** Math.floor(log10(Math.min(...seen)) + 1e-9),
    10 ** Math.ceil(log10(Math.max(...seen)) - 1e-9),
  ];
}

/** Where to take samples of a curve: every decade, the ends of the fitted range, and any more that are asked for. */
export function samplePoints(
  domain: readonly [number, number],
  ...more: readonly (number | undefined)[]
): number[] {
  const inside = more.filter((x): x is number => x !== undefined && x > domain[0] && x < domain[1]);
  return [...new Set([domain[0], ...decadesIn(...domain), domain[1], ...inside])].sort((a, b) => a - b);
}
