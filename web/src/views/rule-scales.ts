// What is engraved on each scale of the slide rule: its ends, its numerals, cards and known trainings.

import { power } from '../charts/power';
import type { ScaleMark, ScaleSpec } from '../charts/scale';
import type { Run, Runs } from '../engine/engine';
import { count, exact, nbsp } from '../format/format';
import type { ScaleId } from '../state/rule';
import type { Context } from './context';

/** Cards whose memory is marked, by the number on the box; the first find room first. */
const cards = [
  'rtx-4090',
  'h100-sxm',
  'rtx-4060',
  'h200-sxm',
  'rtx-5090',
  't4',
  'mi300x',
  'rtx-3060-12gb',
  'l40s',
  'a100-sxm-40gb',
];
/** Trainings whose parameters, tokens and compute are marked. */
const runs = [
  'gpt-3-175b',
  'llama-3.1-8b',
  'chinchilla',
  'llama-3.1-405b',
  'gpt-3-xl',
  'gpt-3-small',
  'llama-13b',
  'deepseek-v3',
  'pythia-70m',
  'cerebras-gpt-2.7b',
  'cerebras-gpt-111m',
];

function runMarks(ctx: Context, of: (run: Run) => number): readonly ScaleMark[] {
  const all = ctx.ask<Runs>({ ask: 'runs' }).result?.runs ?? [];
  return runs.flatMap((id) => all.filter((r) => r.id === id)).map((r) => ({ name: r.name, value: of(r) }));
}

function cardMarks(ctx: Context): readonly ScaleMark[] {
  const found = cards.flatMap((id) => ctx.engine.gpu(id) ?? []);
  return found.map((g) => ({ name: exact(g.memoryGb, ctx.lang), value: g.usableBytes }));
}

/** Between decades the leading digit says enough. */
const digit = (units: number) => String(Number(units.toExponential(1).split('e')[0]));

export function scaleSpec(ctx: Context, id: ScaleId, width: number): ScaleSpec {
  const decade = Math.max(52, Math.round(width / 4.8));
  const counted = (units: number, isDecade: boolean) => (isDecade ? count(units, ctx.lang, 1) : digit(units));
  switch (id) {
    case 'memory': {
      const unit = ctx.unit === 'GB' ? 1e9 : 2 ** 30;
      const names = ctx.unit === 'GB' ? ['GB', 'TB'] : ['GiB', 'TiB'];
      const numeral = (units: number, isDecade: boolean) => {
        if (!isDecade) return digit(units);
        const isLarge = units > 999;
        return (
          exact(Number((isLarge ? units / 1000 : units).toPrecision(3)), ctx.lang) +
          nbsp +
          names[isLarge ? 1 : 0]
        );
      };
      return { low: 0.1 * unit, high: 1e5 * unit, decade, unit, numeral, marks: () => cardMarks(ctx) };
    }
    case 'parameters':
      return {
        low: 1e6,
        high: 1e14,
        decade,
        unit: 1,
        numeral: counted,
        marks: () => runMarks(ctx, (r) => r.parameters),
      };
    case 'tokens':
      return {
        low: 1e7,
        high: 1e16,
        decade,
        unit: 1,
        numeral: counted,
        marks: () => runMarks(ctx, (r) => r.tokens),
      };
    case 'compute': {
      const numeral = (units: number, isDecade: boolean) => (isDecade ? power(units) : digit(units));
      return {
        low: 1e14,
        high: 1e30,
        decade,
        unit: 1,
        numeral,
        marks: () => runMarks(ctx, (r) => r.computeFlop),
      };
    }
    case 'cost': {
      const numeral = (units: number, isDecade: boolean) =>
        isDecade ? `$${counted(units, true)}` : digit(units);
      return { low: 0.01, high: 1e15, decade, unit: 1, numeral, marks: () => [] };
    }
    case 'loss': {
      const numeral = (units: number) => exact(Number(units.toPrecision(3)), ctx.lang);
      return { low: 1.5, high: 10, decade: Math.round(width * 2), unit: 1, numeral, marks: () => [] };
    }
  }
}
