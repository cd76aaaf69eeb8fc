// Which law is asked, and what of the page's inputs it takes. The views about laws start here.

import { html, nothing, type TemplateResult } from 'lit';
import type { LawRow, Laws, OwnLaw } from '../engine/engine';
import { count, exact, flops, significant } from '../format/format';
import { idKey } from '../i18n/index';
import type { FieldKey, Values } from '../state/fields';
import { lawOf } from '../state/fit-fields';
import type { Context } from './context';
import type { Numbers } from './figures';

/** What a law may take beyond parameters, tokens and compute, and the field of the page that holds it. */
export const settingFields = [
  ['uniqueTokens', 'unique'],
  ['steps', 'steps'],
  ['experts', 'experts'],
  ['granularity', 'granularity'],
  ['sparsity', 'sparsity'],
  ['weightBits', 'wbits'],
  ['activationBits', 'abits'],
  ['kvBits', 'kvbits'],
] as const satisfies readonly (readonly [string, FieldKey & keyof Values])[];

export type Point = Readonly<Record<string, number>>;

/** Every edition; a law of the reader's own stands first. */
export function allLaws(ctx: Context): readonly LawRow[] {
  const { own } = ctx.store.values;
  return ctx.ask<Laws>({ ask: 'laws', ...(own ? { own } : {}) }).result?.laws ?? [];
}

/** How a question names a law; one's own comes along whole. */
export function named(
  ctx: Context,
  { id }: Pick<LawRow, 'id'>,
): { readonly law: string; readonly own?: OwnLaw } {
  return lawOf({ law: id, own: ctx.store.values.own });
}

/** Said where a link names a law of the reader's own without its constants, or with others than a law's. */
export function ownMissing(ctx: Context): TemplateResult | typeof nothing {
  const isMissing = ctx.store.problem('own') || lawAsked(ctx) !== ctx.store.values.law;
  return isMissing ? html`<p class="problem" role="alert">${ctx.t('own.missing')}</p>` : nothing;
}

/** The id of the law that is asked: the chosen one, unless it is one's own and its constants are not there. */
export function lawAsked(ctx: Context): string {
  return lawOf(ctx.store.values).law;
}

export function lawRow(ctx: Context, id: string): LawRow | undefined {
  return allLaws(ctx).find((l) => l.id === id);
}

export function takes(row: LawRow, input: string): boolean {
  return row.inputs.some((i) => i.field === input);
}

export function settingsOf(row: LawRow): readonly (typeof settingFields)[number][] {
  return settingFields.filter(([input]) => takes(row, input));
}

/** The inputs besides parameters, tokens and compute that this law takes. */
export function settings(ctx: Context, row: LawRow): Point {
  return Object.fromEntries(settingsOf(row).map(([input, key]) => [input, ctx.store.values[key]]));
}

/** The point that the page names, as far as the law takes it: N and D where it does, else N, D or C alone. */
export function point(ctx: Context, row: LawRow): Point {
  const { n, d, budget } = ctx.store.values;
  const held = {
    ...(takes(row, 'parameters') ? { parameters: n } : {}),
    ...(takes(row, 'tokens') ? { tokens: d } : {}),
  };
  return { ...(Object.keys(held).length > 0 ? held : { computeFlop: budget }), ...settings(ctx, row) };
}

/** The input along which the law's loss is drawn. */
export function variableOf(row: LawRow): 'computeFlop' | 'parameters' | 'tokens' {
  return (['computeFlop', 'parameters', 'tokens'] as const).find((v) => takes(row, v)) ?? 'computeFlop';
}

export const inputLetters: Readonly<Record<string, string>> = {
  parameters: 'N',
  tokens: 'D',
  computeFlop: 'C',
  uniqueTokens: 'U',
  steps: 'S',
  inferenceTokens: 'D_inf',
};

/** An input's value as its kind is written. */
export function inputText(ctx: Context, input: string, value: number): string {
  if (input === 'computeFlop') return flops(value, ctx.lang);
  if (['parameters', 'tokens', 'uniqueTokens', 'steps', 'inferenceTokens'].includes(input)) {
    return count(value, ctx.lang);
  }
  return Number.isInteger(value) ? exact(value, ctx.lang) : significant(value, ctx.lang);
}

/** "N = 70.0B, D = 1.40T" */
export function pointText(ctx: Context, at: Point): string {
  const name = (input: string) => inputLetters[input] ?? ctx.t(idKey('input', input));
  return Object.entries(at)
    .map(([input, value]) => `${name(input)} = ${inputText(ctx, input, value)}`)
    .join(', ');
}

export const pointNumbers = (at: Point): Numbers =>
  Object.fromEntries(
    Object.entries(at).map(([input, value]) => [
      input === 'computeFlop' ? 'FLOP' : (inputLetters[input] ?? input),
      value,
    ]),
  );

export function lawName(ctx: Context, id: string): string {
  return ctx.t(idKey('law', id));
}
