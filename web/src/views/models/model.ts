// The model: out of the catalogue, by a bare count, or read from a file; what it is made of.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { ModelAnswer, ModelRow } from '../../engine/engine';
import { bytes, count, countEcho, exact, flops } from '../../format/format';
import { licenceText } from '../../i18n/cited';
import { idKey } from '../../i18n/index';
import { initialState } from '../../state/fields';
import { isCount, isShape } from '../../state/model-text';
import type { Context } from '../context';
import { exactly } from '../figures';
import {
  assumptionList,
  byteFigure,
  fieldMessage,
  foundText,
  openable,
  percentage,
  staleNote,
} from '../parts';
import { inTurn } from '../turns';
import { catalogue, commonCount, filterFields, isFiltered, matching } from './catalogue';
import { importer, withoutFile } from './importer';

/** The chosen model's answer; the last good one stays while something else is typed. */
export function modelAnswer(ctx: Context): ModelAnswer | undefined {
  return ctx.ask<ModelAnswer>({ ask: 'model', model: ctx.store.values.model }).result;
}

export function catalogueRow(ctx: Context): ModelRow | undefined {
  const { model } = ctx.store.values;
  return typeof model === 'string' ? catalogue(ctx).find((row) => row.id === model) : undefined;
}

/** What the chosen model is called. */
export function modelName(ctx: Context): string {
  const { model } = ctx.store.values;
  if (model !== undefined && isCount(model))
    return ctx.t('model.of-count', { count: count(model.parameters, ctx.lang) });
  if (model !== undefined && isShape(model)) return model.name ?? ctx.t('model.imported');
  return catalogueRow(ctx)?.name ?? String(model);
}

export function model(ctx: Context): TemplateResult {
  const answer = modelAnswer(ctx);
  const found = matching(ctx, ctx.ui.models);
  // In the last place: were the others moved, the keyboard's next step would leave from another.
  const chosen = catalogueRow(ctx);
  const first = found.slice(0, commonCount);
  const shown =
    chosen && found.includes(chosen) && !first.includes(chosen) ? [...first.slice(0, -1), chosen] : first;
  return html`<section lang=${ctx.lang} aria-labelledby=${ctx.id('title')}>
    <h2 id=${ctx.id('title')}>${ctx.t('model.title')}</h2>
    ${answer ? html`<p class="answer">${headline(ctx, answer)}</p>` : nothing} ${staleNote(ctx, 'model')}
    ${filterFields(ctx, 'models', foundText(ctx, found.length, shown.length, isFiltered(ctx.ui.models)))}
    <fieldset class="picks">
      <legend>${ctx.t('model.pick')}</legend>
      ${shown.map((row) => pick(ctx, row))}
    </fieldset>
    <div class="fields">${countField(ctx)}</div>
    ${importer(ctx)} ${answer ? inTurn(ctx, () => facts(ctx, answer)) : nothing}
  </section>`;
}

function headline(ctx: Context, a: ModelAnswer): string {
  const values = {
    model: modelName(ctx),
    parameters: count(a.parameters, ctx.lang),
    active: count(a.activeParameters, ctx.lang),
    cache: bytes(a.kvBytesPerToken || a.kvBytesPerTokenWindowed, ctx.unit, ctx.lang),
  };
  return ctx.t(a.activeParameters < a.parameters ? 'model.answer-sparse' : 'model.answer', values);
}

function pick(ctx: Context, row: ModelRow): TemplateResult {
  return html`<label class="pick">
    <input
      type="radio"
      name=${ctx.id('models')}
      .checked=${live(ctx.store.state.model === row.id)}
      @change=${() => ctx.set({ model: row.id, ...withoutFile(ctx) }, { commit: true })}
    />
    <span
      >${row.name}
      <small title=${exact(row.parameters, ctx.lang)}>${count(row.parameters, ctx.lang)}</small></span
    >
  </label>`;
}

/** A bare count. The text is the model's own while that is no id and no shape. */
function countField(ctx: Context): TemplateResult {
  const id = ctx.id('count');
  const text = ctx.store.state.model;
  const isId = catalogue(ctx).some((row) => row.id === text);
  const isImported = text.trim().startsWith('{');
  const { good } = ctx.store;
  const problem = ctx.store.problem('model');
  const value = ctx.store.values.model;
  const echo =
    !isId && !isImported && value !== undefined && isCount(value)
      ? (countEcho(text, value.parameters, ctx.lang) ?? ctx.t('model.count-hint'))
      : ctx.t('model.count-hint');
  const set = (e: Event, commit: boolean) =>
    ctx.set(
      { model: (e.target as HTMLInputElement).value || initialState.model, ...withoutFile(ctx) },
      { commit },
    );
  return html`<form class="field">
    <label for=${id}>${ctx.t('model.count')}</label>
    <input
      id=${id}
      type="text"
      autocomplete="off"
      spellcheck="false"
      placeholder="7B"
      .value=${live(isId || isImported ? '' : text)}
      data-good=${problem ? (typeof value === 'object' && isCount(value) ? good.model : '') : nothing}
      aria-invalid=${problem ? 'true' : nothing}
      aria-describedby="${id}-note ${id}-problem"
      @input=${(e: Event) => set(e, false)}
      @change=${(e: Event) => set(e, true)}
    />
    <span class="note" id="${id}-note">${problem ? nothing : echo}</span>
    <span class="problem" id="${id}-problem">${problem ? fieldMessage(problem, ctx, 'model') : nothing}</span>
  </form>`;
}

function facts(ctx: Context, a: ModelAnswer): TemplateResult {
  const { t, lang } = ctx;
  const row = catalogueRow(ctx);
  const tokens = (n: number) => (n > 0 ? exactly(n, exact(n, lang)) : t('model.not-stated'));
  const flop = (n: number) => exactly(n, flops(n, lang), 'FLOP');
  return html`<div class="columns">
      <div class="listed">
        <h3>${t('model.parts')}</h3>
        ${partTable(ctx, a)}
      </div>
      <div>
        <h3>${t('model.facts')}</h3>
        <dl class="facts">
          <dt>${t('model.active')}</dt>
          <dd>${exactly(a.activeParameters, count(a.activeParameters, lang))}</dd>
          <dt>${t('model.kv')}</dt>
          <dd>${byteFigure(ctx, a.kvBytesPerToken)}</dd>
          ${
            a.kvBytesPerTokenWindowed > 0
              ? html`<dt>${t('model.kv-windowed', { window: exact(a.window, lang) })}</dt>
                  <dd>${byteFigure(ctx, a.kvBytesPerTokenWindowed)}</dd>`
              : nothing
          }
          ${
            a.stateElements > 0
              ? html`<dt>${t('model.state')}</dt>
                  <dd>${exactly(a.stateElements, count(a.stateElements, lang))}</dd>`
              : nothing
          }
          <dt>${t('model.flop-forward')}</dt>
          <dd>
            ${openable(ctx, flop(a.flopPerToken.forward), a.workings, flops(a.flopPerToken.forward, lang))}
          </dd>
          <dt>${t('model.flop-training')}</dt>
          <dd>${flop(a.flopPerToken.training)}</dd>
          <dt>${t('model.shape')}</dt>
          <dd>
            ${t('model.shape-text', { layers: a.shape.layers, width: exact(a.shape.hiddenSize, lang) })}
          </dd>
          <dt>${t('model.context')}</dt>
          <dd>${tokens(a.shape.maxContext)}</dd>
          ${
            row
              ? html`<dt>${t('filter.vendor')}</dt>
                  <dd lang="en">${row.organisation}</dd>
                  <dt>${t('filter.licence')}</dt>
                  <dd>${licenceText(ctx.t, row.licence)}</dd>
                  <dt>${t('model.released')}</dt>
                  <dd>${row.released}</dd>`
              : nothing
          }
        </dl>
      </div>
    </div>
    ${a.assumptions.length > 0 ? assumptionList(ctx, a.assumptions) : nothing}`;
}

function partTable(ctx: Context, a: ModelAnswer): TemplateResult {
  return html`<table class="terms">
    <thead>
      <tr>
        <th scope="col">${ctx.t('memory.part')}</th>
        <th scope="col" class="numeric">${ctx.t('model.parameters')}</th>
        <th scope="col" class="numeric">${ctx.t('memory.share')}</th>
      </tr>
    </thead>
    <tbody>
      ${a.parts.map(
        (part) =>
          html`<tr>
            <th scope="row">
              ${ctx.t(idKey('part', part.id))}
              ${part.extra ? html`<small>${ctx.t('model.extra')}</small>` : nothing}
            </th>
            <td class="numeric" title=${exact(part.parameters, ctx.lang)}>
              ${exactly(part.parameters, count(part.parameters, ctx.lang))}
            </td>
            <td class="numeric">${part.extra ? '–' : percentage(ctx, part.parameters / a.parameters)}</td>
          </tr>`,
      )}
    </tbody>
    <tfoot>
      <tr>
        <th scope="row">${ctx.t('memory.total')}</th>
        <td class="numeric" title=${exact(a.parameters, ctx.lang)}>
          ${exactly(a.parameters, count(a.parameters, ctx.lang))}
        </td>
        <td></td>
      </tr>
    </tfoot>
  </table>`;
}
