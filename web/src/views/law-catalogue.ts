// The catalogue of editions: constants as published, what is counted, the fitted range, source and errata.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { LawConstant, LawRow } from '../engine/engine';
import { brief, exact, significant } from '../format/format';
import { placeText } from '../i18n/cited';
import { idKey } from '../i18n/index';
import type { Context } from './context';
import { exactly } from './figures';
import { letters, renderFormula } from './formula';
import { allLaws, inputLetters, inputText, lawName, lawRow } from './law-question';
import { foundText, rich, sourceLine } from './parts';

const filters = ['all', 'gives-loss', 'allocates', 'hyperparameters', 'experts', 'interval'] as const;

const passes: Readonly<Record<(typeof filters)[number], (l: LawRow) => boolean>> = {
  all: () => true,
  'gives-loss': (l) => l.givesLoss,
  allocates: (l) => l.allocates,
  hyperparameters: (l) => l.givesHyperparameters,
  experts: (l) => l.inputs.some((i) => ['experts', 'granularity', 'sparsity'].includes(i.field)),
  interval: (l) => l.constants.some((c) => c.standardError !== undefined || c.interval !== undefined),
};

export function catalogue(ctx: Context): TemplateResult {
  const { t } = ctx;
  const words = ctx.ui.lawSearch.toLowerCase().normalize('NFKC').split(/\s+/u).filter(Boolean);
  const filter = filters.find((f) => f === ctx.ui.lawFilter) ?? 'all';
  const text = (l: LawRow) =>
    [l.id, lawName(ctx, l.id), l.data, l.tokenizer, l.parametersMean, l.source].join(' ').toLowerCase();
  const found = allLaws(ctx).filter((l) => passes[filter](l) && words.every((w) => text(l).includes(w)));
  return html`<h3>${t('catalogue.title')}</h3>
    <p>${t('catalogue.lead')}</p>
    <div class="fields">
      <form class="field">
        <label for=${ctx.id('law-search')}>${t('catalogue.search')}</label>
        <input
          id=${ctx.id('law-search')}
          type="search"
          autocomplete="off"
          placeholder="Chinchilla, MoE, C4 …"
          .value=${live(ctx.ui.lawSearch)}
          @input=${(e: InputEvent) => ctx.setUi({ lawSearch: (e.target as HTMLInputElement).value })}
        />
      </form>
      <form class="field">
        <label for=${ctx.id('law-filter')}>${t('catalogue.filter')}</label>
        <select
          id=${ctx.id('law-filter')}
          .value=${live(filter)}
          @change=${(e: Event) => ctx.setUi({ lawFilter: (e.target as HTMLSelectElement).value })}
        >
          ${filters.map((f) => html`<option value=${f} ?selected=${f === filter}>${t(`catalogue.${f}`)}</option>`)}
        </select>
      </form>
    </div>
    <p class="note" role="status">${foundText(ctx, found.length)}</p>
    <div class="editions">${found.map((l) => edition(ctx, l))}</div>`;
}

function edition(ctx: Context, law: LawRow): TemplateResult {
  const { t } = ctx;
  const isOpen = ctx.ui.openLaws.includes(law.id);
  const toggle = (e: Event) => {
    const open = (e.currentTarget as HTMLDetailsElement).open;
    if (open === ctx.ui.openLaws.includes(law.id)) return;
    ctx.setUi({
      openLaws: open ? [...ctx.ui.openLaws, law.id] : ctx.ui.openLaws.filter((id) => id !== law.id),
    });
  };
  return html`<details ?open=${isOpen} @toggle=${toggle}>
    <summary>
      ${rich(lawName(ctx, law.id))}
      ${law.unverified ? html`<small class="tag">${t('catalogue.unverified')}</small>` : nothing}
    </summary>
    ${isOpen ? inside(ctx, law) : nothing}
  </details>`;
}

function inside(ctx: Context, law: LawRow): TemplateResult {
  const { t } = ctx;
  const numbers = (symbol: string) => {
    const found = law.constants.find((c) => c.symbol === symbol);
    return found ? constantText(ctx, found) : letterOf(ctx, symbol);
  };
  const names = (symbol: string) => letterOf(ctx, symbol);
  // Some share the allocation of another edition and name it.
  const by = law.allocation === undefined ? undefined : lawRow(ctx, law.allocation);
  const best = law.form === 'allocate-tokens' ? 'D' : 'N';
  const formulas = [
    ...(law.formula ? [[law.formula, law.givesLoss ? 'L' : best] as const] : []),
    ...(law.allocation && !by ? [[law.allocation, best] as const] : []),
  ];
  const facts: readonly (readonly [string, unknown])[] = [
    ['N', mean(ctx, law.parametersMean)],
    ['D', mean(ctx, law.tokensMean)],
    ['C', mean(ctx, law.computeMeans)],
    [t('catalogue.allocation'), by && lawName(ctx, by.id)],
    [t('catalogue.unit'), mean(ctx, law.unit)],
    [t('catalogue.floor'), law.floor > 0 ? brief(law.floor, ctx.lang, 5) : undefined],
    [t('catalogue.data'), mean(ctx, law.data)],
    [t('catalogue.tokenizer'), mean(ctx, law.tokenizer)],
    [t('catalogue.schedule'), mean(ctx, law.schedule)],
    [t('catalogue.range'), ranges(ctx, law) || undefined],
    [t('catalogue.verification'), law.id === 'own' ? undefined : mean(ctx, law.verification)],
  ];
  return html`<div class="panel">
    ${formulas.map(
      ([formula, result]) =>
        html`${renderFormula(formula, names, result, 'before')}
        ${law.constants.length ? renderFormula(formula, numbers, result, 'before') : nothing}`,
    )}
    ${constants(ctx, law)}
    <dl>
      ${facts.map(([name, text]) =>
        text === undefined
          ? nothing
          : html`<dt>${name}</dt>
              <dd>${typeof text === 'string' ? rich(text) : text}</dd>`,
      )}
    </dl>
    ${law.notes.map((note) => html`<p class="aside">${rich(t(idKey('note', note)))}</p>`)}
    <p class="source">
      ${sourceLine(ctx, law.source)}${law.place ? html`, ${placeText(ctx.t, law.place)}` : nothing}
    </p>
    <button type="button" class="use" @click=${() => ctx.set({ law: law.id }, { commit: true })}>
      ${t('catalogue.use')}
    </button>
    <code>${law.id}</code>
  </div>`;
}

function letterOf(ctx: Context, symbol: string): string {
  const key = idKey('symbol', symbol);
  return key === symbol ? letters(symbol) : ctx.t(key);
}

/** As many digits as are published. */
function constantText(ctx: Context, c: LawConstant): string {
  return Math.abs(c.value) >= 1e6 || (Math.abs(c.value) < 1e-3 && c.value !== 0)
    ? significant(c.value, ctx.lang, 3)
    : exact(c.value, ctx.lang).replace('-', '−');
}

function constants(ctx: Context, law: LawRow): TemplateResult | typeof nothing {
  const { t, lang } = ctx;
  if (law.constants.length === 0) return nothing;
  const errors = law.constants.some((c) => c.standardError !== undefined || c.interval !== undefined);
  return html`<table class="compact">
    <thead>
      <tr>
        <th scope="col">${t('catalogue.constant')}</th>
        <th scope="col" class="numeric">${t('catalogue.value')}</th>
        ${errors ? html`<th scope="col" class="numeric">${t('catalogue.error')}</th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${law.constants.map(
        (c) =>
          html`<tr>
            <th scope="row">${rich(letters(c.symbol))}</th>
            <td class="numeric" title=${String(c.value)}>${exactly(c.value, constantText(ctx, c))}</td>
            ${
              errors
                ? html`<td class="numeric">
                    ${c.standardError === undefined ? nothing : html`± ${exactly(c.standardError, significant(c.standardError, lang), 'σ')}`}
                    ${
                      c.interval
                        ? html`${exactly(c.interval.low, `${significant(c.interval.low, lang)}–${significant(c.interval.high, lang)}`, 'min', { max: c.interval.high })}
                            <small
                              >${t('catalogue.level', { level: Math.round(c.interval.level * 100) })}</small
                            >`
                        : nothing
                    }
                  </td>`
                : nothing
            }
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function mean(ctx: Context, id: string | undefined): string | undefined {
  return id ? ctx.t(idKey('mean', id)) : undefined;
}

function ranges(ctx: Context, law: LawRow): string {
  return law.inputs
    .flatMap((i) => {
      if (i.fittedLow === undefined || i.fittedHigh === undefined) return [];
      const name = inputLetters[i.field] ?? ctx.t(idKey('input', i.field));
      return [`${name} ${inputText(ctx, i.field, i.fittedLow)} – ${inputText(ctx, i.field, i.fittedHigh)}`];
    })
    .join('; ');
}
