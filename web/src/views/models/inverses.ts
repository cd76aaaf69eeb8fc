// The fit turned round: the most that fits of each thing, the fewest cards, the cheapest change that makes it fit; and
// how fast it is.

import { html, nothing, type TemplateResult } from 'lit';
import type { FitAnswer, Outcome } from '../../engine/engine';
import { bytes, count, exact } from '../../format/format';
import { idKey } from '../../i18n/index';
import { initialState, type FieldKey, type State } from '../../state/fields';
import { withCount } from '../../parse/devices';
import { toHash } from '../../state/hash';
import type { LlmSlideRule } from '../../element/llm-slide-rule';
import type { Context } from '../context';
import { exactly } from '../figures';
import { pageLink } from '../parts';
import { inTurn } from '../turns';
import { choiceName } from './form';
import { modelAnswer, modelName } from './model';
import { jobOf, keyOfProblem, optionsOf } from './options';
import { device, jobQuestion, type NamedDevice } from './plan';
import { speed } from './speed';

declare const __HOSTED__: boolean;

interface Change {
  readonly id: string;
  readonly field: string;
  readonly word: string;
  readonly number: number;
  readonly alsoField?: string;
  readonly alsoWord?: string;
  readonly outcome: Outcome;
  readonly requiredBytes: number;
  readonly savedBytes: number;
}

export function inverses(ctx: Context): TemplateResult {
  const d = device(ctx);
  return html`<section lang=${ctx.lang} aria-labelledby=${ctx.id('title')}>
    <h2 id=${ctx.id('title')}>${ctx.t('inverse.title')}</h2>
    ${
      d
        ? html`<div class="columns">
            <div>${inTurn(ctx, () => most(ctx, d))}</div>
            <div>
              ${inTurn(ctx, () => (jobOf(ctx.store.values) === 'serve' ? speed(ctx) : html`${advice(ctx, d)}${timeLink(ctx, d)}`))}
            </div>
          </div>`
        : html`<p class="answer">${ctx.t('fit.no-device')}</p>`
    }
    ${d && jobOf(ctx.store.values) === 'serve' ? inTurn(ctx, () => advice(ctx, d)) : nothing}
  </section>`;
}

/** To the page that says how long a training takes and what it costs, with this model and this device. */
function timeLink(ctx: Context, d: NamedDevice): TemplateResult | typeof nothing {
  const model = modelAnswer(ctx);
  if (!__HOSTED__ || !model) return nothing;
  // Nothing here says how many: 20 a parameter, as Hoffmann et al. 2022 trained Chinchilla.
  const tokens = String(20 * model.activeParameters);
  const state = {
    ...ctx.store.state,
    gpu: d.count > 1 ? `${d.id}*${d.count}` : d.id,
    parameters: String(model.parameters),
    active: `${Number(((100 * model.activeParameters) / model.parameters).toPrecision(6))}%`,
    size: String(model.activeParameters),
    data: tokens,
    'rule.pin': 'parameters',
    'rule.move': 'tokens',
    'rule.tokens': tokens,
  };
  return html`<p>${pageLink('calculator', `${toHash(state)}&at=loss-time`, ctx.t('inverse.time'))}</p>`;
}

/** Of which kind, which figure of it, and what to set where it is taken over. */
interface Edge {
  readonly ask: string;
  readonly figure: string;
  readonly certain: string;
  readonly key?: keyof State;
}

function most(ctx: Context, d: NamedDevice): TemplateResult {
  const { values } = ctx.store;
  const serves = jobOf(values) === 'serve';
  const edges: Edge[] = [
    {
      ask: 'max-context',
      figure: 'contextTokens',
      certain: 'certainContextTokens',
      key: serves ? 'context' : 'seq',
    },
    { ask: 'max-batch', figure: 'batch', certain: 'certainBatch', key: serves ? 'users' : 'micro' },
    ...(values.task === 'fine-tune' && values.tune !== 'full'
      ? [{ ask: 'max-rank', figure: 'loraRank', certain: 'certainLoraRank', key: 'rank' } as const]
      : []),
  ];
  return html`<h3>${ctx.t('inverse.most', { model: modelName(ctx), device: d.name })}</h3>
    <dl class="facts">
      ${edges.map((edge) => inTurn(ctx, () => edgeRow(ctx, d, edge)))}
      ${inTurn(ctx, () => largestModel(ctx, d))} ${inTurn(ctx, () => fewest(ctx, d))}
    </dl>
    <p class="note">${ctx.t('inverse.note')}</p>`;
}

function fewest(ctx: Context, d: NamedDevice): TemplateResult | typeof nothing {
  const fit = ctx.ask<FitAnswer>(jobQuestion('fit', ctx.store.values, d)).result;
  if (!fit) return nothing;
  return html`<dt>${ctx.t('inverse.gpus')}</dt>
    <dd>${fit.minGpus > 0 ? exactly(fit.minGpus, exact(fit.minGpus, ctx.lang)) : ctx.t('heat.never')}</dd>`;
}

function edgeRow(ctx: Context, d: NamedDevice, edge: Edge): TemplateResult | typeof nothing {
  const result = ctx.ask<Record<string, number>>(jobQuestion(edge.ask, ctx.store.values, d)).result;
  const value = result?.[edge.figure];
  if (value === undefined) return nothing;
  const serves = jobOf(ctx.store.values) === 'serve';
  const certain = result?.[edge.certain] ?? 0;
  const made = result?.['modelContextTokens'] ?? 0;
  return html`<dt>${ctx.t(idKey('inverse', `${edge.ask}-${serves ? 'serve' : 'train'}`))}</dt>
    <dd>
      ${mostText(ctx, value, certain, (x) => exact(x, ctx.lang))}
      ${made > 0 && value > made ? html`<small>${ctx.t('inverse.made-for', { tokens: exact(made, ctx.lang) })}</small>` : nothing}
    </dd>`;
}

/** The most, and the most that fits with the interval's upper end where that is less. */
function mostText(ctx: Context, most: number, certain: number, show: (x: number) => string): unknown {
  if (!(most > 0)) return ctx.t('inverse.none');
  const [shown, surely] = [show(most), show(certain)];
  return shown === surely
    ? exactly(most, shown)
    : exactly(most, ctx.t('inverse.edge', { most: shown, certain: surely }), 'max', { certain });
}

function largestModel(ctx: Context, d: NamedDevice): TemplateResult | typeof nothing {
  const { model, draftModel, draftWeightFormat, ...job } = jobQuestion(
    'max-parameters',
    ctx.store.values,
    d,
  ) as {
    ask: string;
  } & Record<string, unknown>;
  void model;
  void draftModel;
  void draftWeightFormat;
  const result = ctx.ask<{ parameters: number; certainParameters?: number }>({
    rule: 'exact',
    ...job,
  }).result;
  if (!result) return nothing;
  return html`<dt>${ctx.t('inverse.model')}</dt>
    <dd>${mostText(ctx, result.parameters, result.certainParameters ?? 0, (x) => count(x, ctx.lang))}</dd>`;
}

/** Single changes that save memory, those that make it fit first. */
function advice(ctx: Context, d: NamedDevice): TemplateResult | typeof nothing {
  const result = ctx.ask<{ outcome: Outcome; changes: readonly Change[] }>(
    jobQuestion('advice', ctx.store.values, d),
  ).result;
  if (!result) return nothing;
  const [taken, hash] = (ctx.ui.open['advice'] ?? '').split('\n');
  const changes = result.changes.filter(isOffer).slice(0, 8);
  return html`<p class="note taken" tabindex="-1">
      ${taken && hash === ctx.store.hash ? ctx.t('advice.taken', { change: taken, outcome: ctx.t(idKey('outcome', result.outcome)) }) : nothing}
    </p>
    ${
      changes.length === 0
        ? nothing
        : html`<h3>${ctx.t(result.outcome === 'fits' ? 'advice.spare' : 'advice.title')}</h3>
            <ul class="changes">
              ${changes.map((change) => changeRow(ctx, d, change))}
            </ul>`
    }`;
}

let isTaking = false;

/** The list is another one then: the focus goes to the words of what was done, which are read from there. */
function take(ctx: Context, patch: Partial<State>, words: string, e: MouseEvent): void {
  // Until then, and of a double click, the second meets another change in the first one's place.
  if (isTaking || e.detail > 1) return;
  isTaking = true;
  const root = (e.currentTarget as HTMLElement).getRootNode() as ShadowRoot;
  ctx.set(patch, { commit: true });
  ctx.setUi({ open: { ...ctx.ui.open, advice: `${words}\n${ctx.store.hash}` } });
  void (root.host as LlmSlideRule).updateComplete
    .then(() => root.querySelector<HTMLElement>('.taken')?.focus({ preventScroll: true }))
    .finally(() => (isTaking = false));
}

/** One token, or rank one, is no offer where it does not even fit then. */
const isOffer = (c: Change) => c.outcome !== 'does-not-fit' || c.number !== 1;

/** Options that are asked only now: the advice was given without what once was typed there. */
function broughtIn(ctx: Context, key: FieldKey | undefined, value: string): Partial<State> {
  const { values } = ctx.store;
  const before = optionsOf(values);
  const brought = key ? optionsOf({ ...values, [key]: value }).filter((o) => !before.includes(o)) : [];
  return Object.fromEntries(brought.map((o) => [o.key, initialState[o.key]]));
}

function changeRow(ctx: Context, d: NamedDevice, change: Change): TemplateResult {
  const key = keyOfProblem(ctx.store.values, change.field);
  const text = change.word || String(change.number);
  const value = text === 'true' ? 'yes' : text;
  const shown = change.word && key ? choiceName(ctx, key, value) : exact(change.number, ctx.lang);
  // A second field: what shares the states, or what would go before the first and is emptied.
  const { alsoField, alsoWord = '' } = change;
  const alsoKey = alsoField && keyOfProblem(ctx.store.values, alsoField);
  const also = { ...broughtIn(ctx, key, value), ...(alsoKey && { [alsoKey]: alsoWord }) };
  const words = ctx.t('advice.change', {
    change:
      ctx.t(idKey('advice', change.id), { value: shown }) +
      (alsoWord && `, ${choiceName(ctx, 'sharding', alsoWord)}`),
    saved: bytes(change.savedBytes, ctx.unit, ctx.lang),
  });
  // A memory size has no count to set.
  const patch =
    key === 'gpu'
      ? d.gpu && {
          gpu: withCount(ctx.store.state.gpu, d.gpu.id, value),
          ...also,
        }
      : key && { [key]: value, ...also };
  return html`<li>
    ${
      patch
        ? html`<button type="button" class="link" @click=${(e: MouseEvent) => take(ctx, patch, words, e)}>
            ${words}
          </button>`
        : html`<span>${words}</span>`
    }
    <span class="tag ${change.outcome}">${ctx.t(idKey('outcome', change.outcome))}</span>
  </li>`;
}
