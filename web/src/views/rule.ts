// The slide rule itself: six log scales with one hairline through all. Each scale is a slider by pointer, touch and
// keys, with a field to type in and a pin; the core solves what is not given.

import { html, nothing, svg, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { live } from 'lit/directives/live.js';
import { saving } from '../charts/picture';
import { engraving, stripHeight } from '../charts/scale';
import type { LawRow, Laws, Problem, ScaleReading, SlideRule } from '../engine/engine';
import { plain } from '../format/format';
import { idKey } from '../i18n/index';
import { problemText } from '../i18n/problem';
import { methods } from '../state/fields';
import { lawOf } from '../state/fit-fields';
import {
  coreNames,
  isFree,
  moved,
  pinned,
  ruleKeys,
  ruleReply,
  scales,
  textKey,
  valueText,
  type ScaleId,
} from '../state/rule';
import type { Context } from './context';
import { figurePanel, openFigure } from './figures';
import { ownMissing } from './law-question';
import { fieldMessage, selectField, sourceLine, staleNote, textField } from './parts';
import { dragging, keyed, type Grip } from './rule-moves';
import { rulePicture, strip } from './rule-picture';
import { scaleSpec } from './rule-scales';
import { amount, beside, ruleSentence, unmetText, valueOf } from './rule-words';
import { inTurn } from './turns';

/** Laws of parameters and tokens alone, which C = 6 N D ties; the page of all laws has the others. */
const laws = ['besiroglu-2024', 'hoffmann-2022', 'muennighoff-2023', 'gadre-2024-c4'];

interface Layout {
  readonly isWide: boolean;
  readonly width: number;
  readonly left: number;
  /** Where the hairline stands on the scales. */
  readonly hair: number;
}

function layoutOf(ctx: Context): Layout {
  // Where the text is large a scale's value needs the room above it, as on a phone.
  const isWide = ctx.width >= 45 * ctx.em();
  const left = isWide ? 128 : 0;
  const width = ctx.width - left - (isWide ? 216 : 0);
  return { isWide, width, left, hair: Math.round(ctx.ui.hairline * width) };
}

export function rule(ctx: Context): TemplateResult {
  const { t } = ctx;
  const { asked, shown, from, isLast, refused, left } = ruleReply(ctx.store);
  const layout = layoutOf(ctx);
  const problems = asked.problems ?? [];
  const { values } = ctx.store;
  const unmet = asked.result?.unmet ?? [];
  const said = [...problems, ...unmet, ...(shown?.unmet ?? [])];
  const words = (id: ScaleId) => {
    if (refused === id) {
      const value = left.length > 0 || !shown ? undefined : valueOf(shown, id);
      return value === undefined
        ? t('instrument.fixed')
        : t('instrument.contradicts', { value: amount(ctx, id, value) });
    }
    const problem = said.find((p) => concerns(p, id));
    if (problem) return unmetText(ctx, id, problem, shown);
    return unmet.length > 0 && left.includes(id) ? t('instrument.unmet') : undefined;
  };
  // The price is asked for at its own field.
  const price = problems.find((p) => p.field === 'pricePerGpuHour' && p.code === 'not-positive');
  const { law } = lawOf(values);
  const choices = [...(values.own ? ['own'] : []), ...laws];
  const source = ctx.ask<Laws>({ ask: 'laws', ...lawOf(values) }).result?.laws[0];
  return html`<section lang=${ctx.lang} aria-labelledby=${ctx.id('title')}>
    <h2 id=${ctx.id('title')}>${t('instrument.title')}</h2>
    <p class="answer ${isLast ? 'last' : ''}">${(shown && ruleSentence(ctx, shown)) || nothing}</p>
    <p class="lead">${t('instrument.lead')}</p>
    ${ownMissing(ctx)}
    ${problems
      .filter((p) => p.field === 'law')
      .map((p) => html`<p class="problem" role="alert">${problemText(p, t, ctx.lang)}</p>`)}
    <div
      class="rule ${layout.isWide ? 'wide' : ''} ${isLast ? 'last' : ''}"
      role="group"
      aria-label=${t('instrument.title')}
    >
      ${scales.map((id, i) =>
        row(ctx, {
          id,
          shown,
          reading: shown?.scales[i],
          problem: words(id),
          isMet:
            id === 'memory' && !!shown?.fit && said.find((p) => concerns(p, id))?.code === 'above-maximum',
          isLast,
          pins: from ? values['rule.pin'].filter((pin) => coreNames[pin] in from.given) : [],
          isLeft: left.includes(id),
          layout,
          law: source,
        }),
      )}
      <svg class="hairline" aria-hidden="true" width=${layout.width}>
        <line x1=${layout.hair} x2=${layout.hair} y1="0" y2="100%"></line>
      </svg>
    </div>
    ${isLast ? html`<p class="stale">${t('instrument.last')}</p>` : staleNote(ctx, ...ruleKeys(values))}
    ${shown ? saving(ctx, rulePicture(ctx)) : nothing}
    <div class="fields five">
      ${selectField(
        ctx,
        'method',
        t('instrument.method'),
        methods.map((m) => [m, t(idKey('method', m))]),
      )}
      ${selectField(
        ctx,
        'law',
        t('instrument.law'),
        (choices.includes(law) ? choices : [law, ...choices]).map((l) => [l, t(idKey('law', l))]),
      )}
      ${textField(ctx, 'mfu', t('instrument.mfu'))}
      ${textField(ctx, 'price', t('instrument.price'), { problem: price && { code: price.code } })}
      ${textField(ctx, 'active', t('instrument.active'))}
    </div>
    <p class="note">
      ${t('instrument.note')} ${shown ? openFigure(ctx, 'rule', 'all', t('instrument.how')) : nothing}
    </p>
    ${figurePanel(ctx, 'rule', () => shown && { title: t('instrument.how'), workings: shown.workings, assumptions: shown.assumptions })}
    ${source ? html`<p class="source">${sourceLine(ctx, source.source)}</p>` : nothing}
  </section>`;
}

function concerns(problem: Problem, id: ScaleId): boolean {
  if (id === 'cost' && problem.nearest === 'cost') return true;
  return problem.field === coreNames[id];
}

interface Row {
  readonly id: ScaleId;
  readonly shown: SlideRule | undefined;
  readonly reading: ScaleReading | undefined;
  readonly problem: string | undefined;
  /** More than one card holds is answered all the same, with more of them. */
  readonly isMet: boolean;
  /** Whether what stands is what was met last. */
  readonly isLast: boolean;
  /** The pins of what stands. */
  readonly pins: readonly ScaleId[];
  /** Whether what is typed here stands otherwise. */
  readonly isLeft: boolean;
  readonly layout: Layout;
  readonly law: LawRow | undefined;
}

function row(ctx: Context, r: Row): TemplateResult {
  const { t, store } = ctx;
  const { id, reading, layout } = r;
  const key = textKey(id);
  const name = t(idKey('scale', id));
  const pins = store.values['rule.pin'];
  const isPinned = pins.includes(id);
  const typed = store.problem(key);
  // The page's parameters follow the rule's: their text is theirs even where they are not given.
  const isGiven =
    id === 'parameters' ||
    (store.state[key] !== '' &&
      (reading?.given === true || typed !== undefined || r.problem !== undefined || r.isLeft));
  const value = reading?.value;
  const text = value === undefined ? '' : valueText(id, value, 4, ctx.unit);
  const problem = typed ? fieldMessage(typed, ctx, key) : r.problem;
  const isMet = !typed && r.isMet;
  const grip: Grip = {
    id,
    spec: scaleSpec(ctx, id, layout.width),
    value,
    hair: layout.hair,
    width: layout.width,
  };
  const said = value === undefined ? t('instrument.unknown') : amount(ctx, id, value);
  const isPinnedNow = r.pins.includes(id);
  const fixed = isPinnedNow || isFree(id, r.pins) ? '' : t('instrument.fixed');
  const state = isPinnedNow ? t('instrument.pinned') : fixed;
  const outside = reading?.extrapolates && value !== undefined ? t('plot.extrapolated') : '';
  const set = (typedText: string, commit: boolean) => ctx.set(moved(store.values, id, typedText), { commit });
  return html`<div class="scale ${problem && !isMet ? 'unmet' : ''}">
    <label for=${ctx.id(key)}>${name}</label>
    <form class="typed">
      <input
        id=${ctx.id(key)}
        type="text"
        autocomplete="off"
        spellcheck="false"
        .value=${live(isGiven ? store.state[key] : value === undefined ? '' : valueText(id, value, 3, ctx.unit))}
        aria-invalid=${problem && isGiven && !isMet ? 'true' : nothing}
        aria-describedby=${ctx.id(`note-${id}`)}
        @input=${(e: InputEvent) => set((e.target as HTMLInputElement).value, false)}
        @change=${(e: Event) => set((e.target as HTMLInputElement).value, true)}
      />
      <button
        type="button"
        class="pin"
        aria-pressed=${isPinned ? 'true' : 'false'}
        aria-label=${t('instrument.pin', { scale: name })}
        ?disabled=${value === undefined || !isFree(id, pins) || (r.isLast && !isPinned)}
        @click=${() => ctx.set(pinned(store.values, id, reading?.given ? store.state[key] : text), { commit: true })}
      >
        <svg width="16" height="18" aria-hidden="true">
          <circle cx="8" cy="6" r="4.5"></circle>
          <path d="M8 11v6"></path>
        </svg>
      </button>
    </form>
    <div
      class="strip"
      role="slider"
      tabindex="0"
      data-scale=${id}
      data-value=${value ?? nothing}
      data-text=${[said, state, outside].filter(Boolean).join(', ')}
      data-of=${{ memory: 'B', compute: 'FLOP', cost: 'US$' }[id as string] ?? nothing}
      aria-label=${name}
      aria-valuemin=${plain(grip.spec.low)}
      aria-valuemax=${plain(grip.spec.high)}
      aria-valuenow=${plain(value ?? grip.spec.low)}
      aria-valuetext=${[said, r.isLeft ? '' : state, outside, problem].filter(Boolean).join(', ')}
      aria-disabled=${isFree(id, pins) ? nothing : 'true'}
      @pointerdown=${dragging(ctx, grip)}
      @keydown=${keyed(ctx, grip)}
    >
      <svg width=${layout.width} height=${stripHeight} aria-hidden="true">
        ${strip(grip, reading, r.shown, () =>
          guard([id, grip.spec.decade, ctx.lang, ctx.unit], () =>
            inTurn(ctx, () => svg`<g>${engraving(grip.spec)}</g>`),
          ),
        )}
      </svg>
    </div>
    <span class="note ${problem ? 'problem' : ''}" id=${ctx.id(`note-${id}`)}>
      ${problem ? html`<span>${[isMet && fixed, problem].filter(Boolean).join(' · ')}</span>` : nothing}<span
        >${[fixed, beside(ctx, id, reading, r.shown)].filter(Boolean).join(' · ')}</span
      >
    </span>
  </div>`;
}
