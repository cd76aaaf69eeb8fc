// A log scale as slide rules engrave it: ticks at 1-2-5 and between, numerals where there is room, named marks under
// the line. It is drawn once, whole; to move it is to shift it under the hairline.

import { svg, type TemplateResult } from 'lit';
import { round, textWidth } from './labels';

export interface ScaleSpec {
  /** Ends of the scale, and how many pixels a decade takes. */
  readonly low: number;
  readonly high: number;
  readonly decade: number;
  /** What one stands for: 1e9 on a scale of GB. */
  readonly unit: number;
  /** A numeral, of a value in units: a decade's says them, those between two decades are as short as can be. */
  readonly numeral: (units: number, isDecade: boolean) => string;
  /** Found only where the scale is engraved. */
  readonly marks: () => readonly ScaleMark[];
}

export interface ScaleMark {
  readonly value: number;
  readonly name: string;
}

export const line = 32;
export const stripHeight = 56;

export const placeOf = (s: ScaleSpec, value: number) => s.decade * Math.log10(value / s.low);
export const valueAt = (s: ScaleSpec, x: number) =>
  Math.min(s.high, Math.max(s.low, s.low * 10 ** (x / s.decade)));

/** Hundredths between neighbours that a part of a decade is divided by, the finest that leaves `spacing` pixels. */
function stepOf(decade: number, to: number, spacing: number): number {
  const steps = [1, 2, 5, 10, 20, 50, 100];
  return steps.find((s) => decade * Math.log10(to / (to - s)) >= spacing) ?? 0;
}

const parts = [
  [100, 200],
  [200, 500],
  [500, 1000],
] as const;

/** Every value of the scale that is a multiple of the step with such spacing, with its leading hundredths. */
function stops(s: ScaleSpec, spacing: number, finest = 1): { value: number; hundredths: number }[] {
  const first = Math.floor(Math.log10(s.low / s.unit) + 1e-9);
  const last = Math.ceil(Math.log10(s.high / s.unit) - 1e-9);
  const found = [];
  for (let e = first; e < last; e++) {
    for (const [from, to] of parts) {
      const step = Math.max(finest, stepOf(s.decade, to, spacing) || to - from);
      for (let h = from; h < to; h += step) {
        found.push({ value: s.unit * Number(`${h}e${e - 2}`), hundredths: h });
      }
    }
  }
  const isOn = (v: number) => v >= s.low * (1 - 1e-9) && v <= s.high * (1 + 1e-9);
  return found.filter((t) => isOn(t.value));
}

function height(hundredths: number): number {
  if (hundredths === 100) return 15;
  if (hundredths % 100 === 0) return hundredths === 200 || hundredths === 500 ? 12 : 10;
  return hundredths % 50 === 0 ? 8 : hundredths % 10 === 0 ? 6 : 4;
}

/** Leading hundredths that are numbered together, the first of them first. */
const ranks = [
  [100],
  [200, 500],
  [300, 400, 600, 700, 800, 900],
  [150, 250, 350, 450, 550, 650, 750, 850, 950],
];

/** Numerals as dense as fit: decades, then 1-2-5, then all; a rank is set whole or not at all, for an even rhythm. */
function numerals(s: ScaleSpec): { x: number; half: number; text: string; isDecade: boolean }[] {
  const all = stops(s, 0, 50);
  const placed: { x: number; half: number; text: string; isDecade: boolean }[] = [];
  for (const [r, rank] of ranks.entries()) {
    const fresh = all
      .filter((t) => rank.includes(t.hundredths))
      .map((t) => {
        const text = s.numeral(t.value / s.unit, r === 0);
        return { x: placeOf(s, t.value), half: textWidth(text) / 2 + 3, text, isDecade: r === 0 };
      });
    const isClear = (t: (typeof fresh)[number]) =>
      [...placed, ...fresh].every((p) => p === t || Math.abs(p.x - t.x) >= p.half + t.half);
    if (r > 0 && !fresh.every(isClear)) break;
    const widest = Math.max(0, ...fresh.map((t) => 2 * t.half));
    const every = r === 0 ? Math.max(1, Math.ceil(widest / s.decade)) : 1;
    placed.push(...fresh.filter((_, i) => i % every === 0));
  }
  return placed;
}

/** The marks that find room under the line, the first of them first. */
function named(s: ScaleSpec): { x: number; name: string; half: number }[] {
  const placed: { x: number; name: string; half: number }[] = [];
  for (const { value, name } of s.marks()) {
    const mark = { x: placeOf(s, value), name, half: textWidth(name) * 0.45 + 4 };
    if (placed.every((p) => Math.abs(p.x - mark.x) >= p.half + mark.half)) placed.push(mark);
  }
  return placed;
}

/** The engraving, from x = 0 at the scale's low end; all of it, or what is whole between two places. */
export function engraving(s: ScaleSpec, from = -Infinity, to = Infinity): TemplateResult<2> {
  const isWhole = ({ x, half = 0 }: { x: number; half?: number }) => x - half >= from && x + half <= to;
  const placed = <Mark extends { readonly value: number }>(all: readonly Mark[]) =>
    all.map((mark) => ({ ...mark, x: round(placeOf(s, mark.value)) })).filter(isWhole);
  const ticks = placed(stops(s, 2.5)).map((t) => `M${t.x} ${line}v-${height(t.hundredths)}`);
  const names = placed(s.marks()).map((m) => `M${m.x} ${line}v5`);
  return svg`<path class="ticks" d=${ticks.join('')}></path>
    ${numerals(s)
      .filter(isWhole)
      .map(
        (n) =>
          svg`<text class="numeral ${n.isDecade ? 'decade' : ''}" x=${round(n.x)} y="12">${n.text}</text>`,
      )}
    <path class="ticks" d=${names.join('')}></path>
    ${named(s)
      .filter(isWhole)
      .map((m) => svg`<text class="named" x=${round(m.x)} y="48">${m.name}</text>`)}`;
}
