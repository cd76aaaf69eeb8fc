// The pieces every view is made of: labelled inputs with their message, figures that open to their formula.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { knowsPages, pageOf } from '../element/other-part';
import type { Assumption, Term, Workings } from '../engine/engine';
import { brief, bytes, bytesParts, count, exact, share, significant } from '../format/format';
import { idKey } from '../i18n/index';
import { problemText } from '../i18n/problem';
import type { PartName } from '../parts';
import { references } from '../references';
import { modelNames } from '../state/model-fields';
import { fields, type FieldKey, type FieldProblem } from '../state/fields';
import type { Context } from './context';
import { letters, renderFormula } from './formula';
import { inTurn } from './turns';

declare const __PART__: string;

export function fieldMessage(problem: FieldProblem, ctx: Context, key: FieldKey): string {
  // What the slide rule's pins fix: see setWithRule.
  if (__PART__ === 'calculator' && problem.code === 'contradicts')
    return problem.limit === undefined
      ? ctx.t('instrument.fixed')
      : ctx.t('instrument.contradicts', { value: count(problem.limit, ctx.lang) });
  const example = fields[key].initial;
  const base = problemText(
    {
      example,
      isShare: example.endsWith('%'),
      ...problem,
      ...ofModels(problem, key),
      nearest: nearName(problem, ctx, key),
    },
    ctx.t,
    ctx.lang,
  );
  return problem.part ? `${ctx.t(idKey('field', problem.part))}: ${base}` : base;
}

/** What is guessed at as it is called on the page; an attribute, which has no page, takes its id. */
function nearName({ nearest }: FieldProblem, { store, t }: Context, key: FieldKey): string | undefined {
  if (!nearest || !store) return nearest;
  if (key === 'law') return t(idKey('law', nearest));
  return __PART__ === 'models' ? (modelNames(store.engine).get(nearest) ?? nearest) : nearest;
}

/** What the fields of the page of models say otherwise: years are not grouped; what is no model is no count either. */
const ofModels = ({ code }: FieldProblem, key: FieldKey) =>
  __PART__ === 'models' && {
    isYear: key === 'year',
    ...(key === 'model' && code === 'unknown-id' && { code: 'no-model' }),
  };

export interface TextFieldOptions {
  readonly hint?: string;
  /** How the text was read: "= 2,000,000,000". */
  readonly echo?: string | undefined;
  readonly placeholder?: string;
  /** What is wrong with it together with other inputs. */
  readonly problem?: FieldProblem | undefined;
  /** What it held when the results that stand were computed, where that may be something else. */
  readonly good?: string | undefined;
}

/** For copies of what is shown: what the results were computed from. */
const goodOf = (ctx: Context, key: FieldKey, good: string | undefined) =>
  good ?? (ctx.store.problem(key) && ctx.store.good[key]);

/**
 * A labelled text input. What is typed stays as typed; a problem stands beside it, never instead of it. It is a form of
 * its own: at every key a browser that fills in forms reads the whole form, or all that stands in none.
 */
export function textField(
  ctx: Context,
  key: FieldKey,
  label: string,
  options: TextFieldOptions = {},
): TemplateResult {
  const id = ctx.id(key);
  const problem = ctx.store.problem(key) ?? options.problem;
  return html`<form class="field">
    <label for=${id}>${label}</label>
    <input
      id=${id}
      type="text"
      inputmode="text"
      autocomplete="off"
      spellcheck="false"
      .value=${live(ctx.store.state[key])}
      placeholder=${options.placeholder ?? nothing}
      data-good=${goodOf(ctx, key, options.good) ?? nothing}
      aria-invalid=${problem ? 'true' : nothing}
      aria-describedby="${id}-note ${id}-problem"
      @input=${(e: InputEvent) => ctx.set({ [key]: (e.target as HTMLInputElement).value })}
      @change=${(e: Event) => ctx.set({ [key]: (e.target as HTMLInputElement).value }, { commit: true })}
    />
    <span class="note" id="${id}-note">${problem ? nothing : (options.echo ?? options.hint ?? nothing)}</span>
    <span class="problem" id="${id}-problem">${problem ? fieldMessage(problem, ctx, key) : nothing}</span>
  </form>`;
}

export function selectField(
  ctx: Context,
  key: FieldKey,
  label: string,
  choices: readonly (readonly [value: string, text: string])[],
  options: Pick<TextFieldOptions, 'hint' | 'problem' | 'good'> = {},
): TemplateResult {
  const id = ctx.id(key);
  const problem = ctx.store.problem(key) ?? options.problem;
  const good = goodOf(ctx, key, options.good);
  return html`<form class="field">
    <label for=${id}>${label}</label>
    <select
      id=${id}
      data-good=${choices.find(([value]) => value === good)?.[1] ?? nothing}
      .value=${live(ctx.store.state[key])}
      aria-invalid=${problem ? 'true' : nothing}
      aria-describedby=${problem || options.hint ? `${id}-note` : nothing}
      @change=${(e: Event) => ctx.set({ [key]: (e.target as HTMLSelectElement).value }, { commit: true })}
    >
      ${choices.map(
        ([value, text]) =>
          html`<option value=${value} ?selected=${value === ctx.store.state[key]}>${text}</option>`,
      )}
    </select>
    ${
      problem
        ? html`<span class="problem" id="${id}-note">${fieldMessage(problem, ctx, key)}</span>`
        : options.hint
          ? html`<span class="note" id="${id}-note">${options.hint}</span>`
          : nothing
    }
  </form>`;
}

/** How many were found, and how many of them are shown. */
export function foundText(ctx: Context, count: number, shown = count, isSearching = true): string {
  const which = count === 0 ? '-none' : count <= shown ? '' : isSearching ? '-more' : '-common';
  return ctx.t(`hardware.found${which}`, { count, shown });
}

/** A number of bytes with its unit in a quieter tone; every byte in the title. */
export function byteFigure(ctx: Context, value: number): TemplateResult {
  const { number, unit } = bytesParts(value, ctx.unit, ctx.lang);
  return html`<data class="number" value=${value} data-of="B" title="${exact(value, ctx.lang)} B"
    >${number} <small>${unit}</small></data
  >`;
}

/** The formula twice, with names and with the numbers in it, and where it comes from. */
export function how(ctx: Context, workings: Workings, result: string): TemplateResult {
  const name = (symbol: string) => {
    const key = idKey('symbol', symbol);
    return key === symbol ? letters(symbol) : ctx.t(key);
  };
  const number = (symbol: string) => {
    const value = workings.factors.find((f) => f.symbol === symbol)?.value ?? NaN;
    return value < 0 ? `(−${brief(-value, ctx.lang)})` : brief(value, ctx.lang);
  };
  return html`<div class="how" role="group" tabindex="0" aria-label=${ctx.t('formula')}>
    ${
      workings.formula
        ? html`${renderFormula(workings.formula, name, result)}${renderFormula(workings.formula, number, result)}`
        : nothing
    }
    ${workings.source ? html`<p class="source">${sourceLine(ctx, workings.source)}</p>` : nothing}
  </div>`;
}

/** A figure behind its summary, opening to its formula. */
export function openable(ctx: Context, summary: unknown, workings: Workings, result: string): TemplateResult {
  return html`<details class="figure">
    <summary>${summary}</summary>
    ${inTurn(ctx, () => how(ctx, workings, result))}
  </details>`;
}

export function sourceLine(ctx: Context, key: string): TemplateResult {
  const found = references().find((r) => r.key === key);
  if (!found) return html`${ctx.t('source')}: ${ctx.t(idKey('source', key))}`;
  const text = `${found.authors} (${found.year}). ${found.title}${found.where ? `, ${found.where}` : ''}`;
  return html`${ctx.t('source')}:
  ${found.url ? html`<a href=${found.url} lang="en" rel="noopener" data-source=${key}>${text}</a>` : html`<span lang="en" data-source=${key}>${text}</span>`}`;
}

/** Text with its subscripts and powers set as such: "N_c = 8.8·10^13". */
export function rich(text: string): (string | TemplateResult)[] {
  return text.split(/(?<=\p{L})_(\p{L}+)|\^([-−]?[\d.]*\d)/gu).flatMap((part, i) => {
    if (part === undefined || part === '') return [];
    if (i % 3 === 1) return [html`<sub>${part}</sub>`];
    return [i % 3 === 2 ? html`<sup>${part}</sup>` : part];
  });
}

/** Years as they are, bytes with their unit, whole numbers in full, the rest in three digits. */
function assumed(ctx: Context, { id, value }: Assumption): string {
  if (id === 'software-year') return String(Math.floor(value));
  if (
    __PART__ === 'models' &&
    (id === 'paged-states-outside-allocator' || id === 'context-of-unnamed-device')
  )
    return bytes(value, ctx.unit, ctx.lang);
  return Number.isInteger(value) && value < 1e6 ? exact(value, ctx.lang) : significant(value, ctx.lang);
}

export function assumptionList(ctx: Context, assumptions: readonly Assumption[]): TemplateResult {
  return html`<ul class="assumptions">
    ${assumptions.map((a) => html`<li>${rich(ctx.t(idKey('assumption', a.id), { value: assumed(ctx, a) }))}</li>`)}
  </ul>`;
}

/** Marks what was computed from the last good value of a field that now holds something else. */
export function staleNote(ctx: Context, ...keys: FieldKey[]): TemplateResult {
  const names = keys.filter((key) => ctx.store.isStale(key)).map((key) => ctx.t(idKey('field', key)));
  const text =
    names.length > 0 ? ctx.t('stale', { fields: names.map((name) => `“${name}”`).join(', ') }) : nothing;
  // It stands empty, too: beside a formula browsers style all that follows anew where an element comes or goes.
  return html`<p class="stale">${text}</p>`;
}

/** The answer in one line that stays in view: steps, each of what is known of it. */
export function answerLine(
  ctx: Context,
  steps: readonly (readonly unknown[])[],
  isLast = false,
): TemplateResult {
  const texts = steps.map((step) => step.filter(Boolean).join(' · ')).filter(Boolean);
  return html`<div
    class="bar-line ${isLast ? 'last' : ''}"
    lang=${ctx.lang}
    role="region"
    aria-label=${ctx.t(isLast ? 'bar.last' : 'bar.title')}
  >
    ${texts.map((text, i) => html` <span>${i > 0 ? '→ ' : ''}${text}</span>`)}
  </div>`;
}

/** A link to another part's page; none from a copy that does not know where that is. */
export const pageLink = (part: PartName, hash: string, text: string): TemplateResult | typeof nothing =>
  knowsPages() ? html`<a href=${pageOf(part, hash)}>${text}</a>` : nothing;

export const fieldNames = Object.keys(fields) as readonly FieldKey[];

/** A part of a whole. */
export const percentage = (ctx: Context, x: number): TemplateResult =>
  html`<data value=${100 * x} data-of="%">${share(x, ctx.lang)}</data>`;

/** One term of memory in a table, in the colour of its family, its formula closed. */
export function termRow(ctx: Context, term: Term, family: string, part?: number): TemplateResult {
  return html`<tr>
    <th scope="row">
      ${openable(
        ctx,
        html`<span class="swatch term-${family}" aria-hidden="true"></span> ${ctx.t(idKey('term', term.id))}`,
        term,
        bytes(term.bytes, ctx.unit, ctx.lang),
      )}
    </th>
    <td class="numeric">${byteFigure(ctx, term.bytes)}</td>
    <td class="numeric">${part === undefined ? nothing : percentage(ctx, part)}</td>
  </tr>`;
}
