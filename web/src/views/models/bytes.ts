// Where the bytes go: one job on one device, term by term, and phase by phase where it trains.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { saving } from '../../charts/picture';
import type { Assumption, Interval, RuleOfThumb, Term } from '../../engine/engine';
import { bytes, bytesInterval, bytesRange, count, exact, percent } from '../../format/format';
import { idKey } from '../../i18n/index';
import { problemText } from '../../i18n/problem';
import type { Context } from '../context';
import { exactly } from '../figures';
import { columns } from '../fit';
import { inTurn } from '../turns';
import { answerLine, assumptionList, byteFigure, selectField, staleNote, termRow } from '../parts';
import { onDevice, termBar, timeline, type Mark } from './bytes-bar';
import { choiceName, optionForm, otherProblems } from './form';
import { modelAnswer, modelName } from './model';
import { optionsOf } from './options';
import { peers } from './peers';
import { plan, type Answered, type Plan } from './plan';
import { speedAnswer, speedText } from './speed';
import { toneOf } from './terms';

const tasks = ['serve', 'fine-tune', 'train'] as const;

/** Whether the answer that stands is not that of the inputs that stand. */
const isUnanswered = (p: Plan) => p.problems.size > 0 || p.others.length > 0;
const inputs = ({ store }: Context) =>
  ['model', 'gpu', 'memory', ...optionsOf(store.values).map((o) => o.key)] as const;

export function whereBytesGo(ctx: Context): TemplateResult {
  const p = plan(ctx);
  const { answer } = p;
  const isStale = isUnanswered(p);
  return html`<section lang=${ctx.lang} aria-labelledby=${ctx.id('title')}>
    <h2 id=${ctx.id('title')} tabindex="-1">${ctx.t('memory.title')}</h2>
    ${answer ? html`<p class="answer">${headline(ctx, answer)}</p>` : html`<p class="answer">${ctx.t('fit.no-device')}</p>`}
    ${taskChoice(ctx)} ${cardChoice(ctx)} ${optionForm(ctx, p.problems, isStale ? answer?.state : undefined)}
    ${otherProblems(p.others.map((o) => `${ctx.t(idKey('field', o.field))}: ${problemText(o, ctx.t, ctx.lang)}`))}
    ${staleNote(ctx, ...inputs(ctx))}
    ${isStale && answer ? html`<p class="stale">${ctx.t('bytes.stale')}</p>` : nothing}
    ${answer ? inTurn(ctx, () => account(ctx, answer)) : nothing}
  </section>`;
}

function taskChoice(ctx: Context): TemplateResult {
  return html`<fieldset class="tabs">
    <legend class="hidden">${ctx.t('option.task')}</legend>
    ${tasks.map(
      (task) =>
        html`<label
          ><input
            type="radio"
            name=${ctx.id('task')}
            .checked=${live(ctx.store.values.task === task)}
            @change=${() => ctx.set({ task }, { commit: true })}
          /><span>${ctx.t(idKey('job', task))}</span></label
        >`,
    )}
  </fieldset>`;
}

function cardChoice(ctx: Context): TemplateResult | typeof nothing {
  const all = columns(ctx);
  if (all.length < 2) return nothing;
  return html`<div class="fields">
    ${selectField(
      ctx,
      'card',
      ctx.t('option.card'),
      all.map((d, i) => [i === 0 ? '' : d.id, d.name] as const),
    )}
  </div>`;
}

/** What the job is called in a sentence. */
export function jobName(ctx: Context, a: Answered): string {
  const v = a.values;
  if (a.serving)
    return ctx.t('bytes.serving', {
      engine: choiceName(ctx, 'engine', v.engine),
      format: choiceName(ctx, 'format', v.format),
      context: exact(v.context, ctx.lang),
      users: exact(v.users, ctx.lang),
    });
  const method = v.task === 'train' ? ctx.t('bytes.from-scratch') : choiceName(ctx, 'tune', v.tune);
  return ctx.t('bytes.training', {
    method,
    sequence: exact(v.seq, ctx.lang),
    batch: exact(v.micro, ctx.lang),
  });
}

function headline(ctx: Context, a: Answered): string {
  const memory = a.serving ?? a.training;
  if (!memory) return '';
  const values = {
    model: modelName(ctx),
    job: jobName(ctx, a),
    device: a.device.name,
    available: bytes(a.device.memoryBytes, ctx.unit, ctx.lang),
    peak: bytesInterval(memory.peakBytes, memory.interval, ctx.unit, ctx.lang),
    total: bytes(memory.deviceBytes, ctx.unit, ctx.lang),
    outcome: a.fit ? ctx.t(idKey('outcome', a.fit.outcome)) : '',
  };
  if (!a.fit) return ctx.t('bytes.answer', values);
  return ctx.t('bytes.answer-fit', {
    ...values,
    required: bytesInterval(a.fit.requiredBytes, a.fit.interval, ctx.unit, ctx.lang),
    available: ofOneCard(ctx, a, a.fit.availableBytes),
  });
}

/** The memory of one card, said to be so where there are several: what it needs is the busiest card's too. */
function ofOneCard(ctx: Context, a: Answered, available: number): string {
  const size = bytes(available, ctx.unit, ctx.lang);
  return a.device.count > 1 ? ctx.t('bytes.one-card', { size }) : size;
}

/** model · device → needs X of Y, fits → how fast */
export function jobBar(ctx: Context): TemplateResult {
  const p = plan(ctx);
  const { answer: a } = p;
  // What does not fit does not answer.
  const rate = a?.fit?.outcome === 'does-not-fit' ? undefined : speedAnswer(ctx);
  const need = a?.fit && {
    memory: bytes(a.fit.requiredBytes, ctx.unit, ctx.lang),
    available: ofOneCard(ctx, a, a.fit.availableBytes),
  };
  const steps = [
    a ? [modelName(ctx), jobName(ctx, a), a.device.name] : [],
    [need && `${ctx.t('bar.memory', need)}, ${ctx.t(idKey('outcome', a.fit.outcome))}`],
    [rate && speedText(ctx, rate.decodeTokensPerSecond, rate.decodeInterval)],
  ];
  return answerLine(ctx, steps, isUnanswered(p) || ctx.store.isStale(...inputs(ctx)));
}

function capacity(ctx: Context, a: Answered): Mark {
  const available = a.fit?.availableBytes ?? a.device.memoryBytes;
  const size = bytes(available, ctx.unit, ctx.lang);
  return { bytes: available, label: ctx.t('bytes.capacity', { size }), kind: 'capacity' };
}

function account(ctx: Context, a: Answered): TemplateResult {
  const memory = a.serving ?? a.training;
  if (!memory) return html``;
  const total = totalOf(a);
  const isVllm = a.serving && a.values.engine === 'vllm';
  // The interval of what stands in the table: of serving, with the context on the card.
  const interval = a.serving ? a.fit?.interval : memory.interval;
  return html`${saved(ctx, a, 'memory', 'memory.title', bar)}
    ${a.device.gpu ? html`<p class="note">${ctx.t(isVllm ? 'bytes.capacity-note-vllm' : 'bytes.capacity-note')}</p>` : nothing}
    <div class="columns">
      <div class="listed">
        ${termTable(ctx, memory.terms, total, interval, a)}
        ${
          memory.deviceBytes > total && a.fit?.outcome !== 'does-not-fit'
            ? html`<p class="note">
                ${ctx.t('bytes.driver', { total: bytes(memory.deviceBytes, ctx.unit, ctx.lang) })}
              </p>`
            : nothing
        }
      </div>
      <div>${aside(ctx, a)}</div>
    </div>
    ${inTurn(ctx, () => peers(ctx, a))} ${inTurn(ctx, () => phases(ctx, a))}
    ${inTurn(ctx, () => assumptions(ctx, memory.assumptions))}`;
}

const totalOf = ({ serving, training }: Answered) => serving?.deviceBytes ?? training?.peakBytes ?? 0;

/** A drawing of the answer, which may be saved. */
function saved(
  ctx: Context,
  answer: Answered,
  name: string,
  title: 'memory.title' | 'bytes.timeline',
  draw: (ctx: Context, a: Answered) => TemplateResult,
): TemplateResult {
  return html`<figure>
    ${draw(ctx, answer)}
    ${saving(ctx, { name, title: ctx.t(title), draw: (wide) => draw(wide, answer), state: () => answer.state })}
  </figure>`;
}

function bar(ctx: Context, a: Answered): TemplateResult {
  const taken = a.serving?.taken;
  const marks: Mark[] = [capacity(ctx, a)];
  if (taken) {
    const size = bytes(taken.bytes, ctx.unit, ctx.lang);
    marks.push({ bytes: taken.bytes, label: ctx.t('bytes.taken-mark', { size }), kind: 'taken' });
  }
  return termBar(ctx, (a.serving ?? a.training)?.terms ?? [], totalOf(a), marks);
}

function phases(ctx: Context, a: Answered): TemplateResult | typeof nothing {
  if (!a.training) return nothing;
  return html`<h3>${ctx.t('bytes.timeline')}</h3>
    <p>${ctx.t('bytes.timeline-lead', { phase: ctx.t(idKey('phase', a.training.peakPhase)) })}</p>
    ${saved(ctx, a, 'phases', 'bytes.timeline', steps)}`;
}

const steps = (ctx: Context, a: Answered) =>
  timeline(ctx, a.training?.phases ?? [], a.training?.peakPhase ?? '', capacity(ctx, a));

function assumptions(ctx: Context, all: readonly Assumption[]): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<h3>${ctx.t('bytes.assumptions')}</h3>
    ${assumptionList(ctx, all)}`;
}

function termTable(
  ctx: Context,
  terms: readonly Term[],
  total: number,
  interval: Interval | undefined,
  a: Answered,
): TemplateResult {
  const host = terms.filter((t) => t.id.endsWith('-host'));
  return html`<table class="terms">
    <caption class="hidden">
      ${ctx.t('memory.title')}
    </caption>
    <thead>
      <tr>
        <th scope="col">${ctx.t('memory.part')}</th>
        <th scope="col" class="numeric">${ctx.t('memory.size')}</th>
        <th scope="col" class="numeric">${ctx.t('memory.share')}</th>
      </tr>
    </thead>
    <tbody>
      ${onDevice(terms).map((term, _, all) => termRow(ctx, term, toneOf(term.id, all), term.bytes / total))}
    </tbody>
    <tfoot>
      <tr>
        <th scope="row">${ctx.t(a.serving ? 'bytes.on-device' : 'bytes.peak-total')}</th>
        <td class="numeric">${byteFigure(ctx, total)}</td>
        <td></td>
      </tr>
      ${
        interval
          ? html`<tr class="quiet">
              <th scope="row">${ctx.t('bytes.interval', { level: percent(interval.level, ctx.lang) })}</th>
              <td class="numeric">
                ${exactly(interval.low, bytesRange(interval, ctx.unit, ctx.lang, total), 'B min', { 'B max': interval.high })}
              </td>
              <td></td>
            </tr>`
          : nothing
      }
    </tfoot>
    ${
      host.length > 0
        ? html`<tbody>
            <tr class="group">
              <th colspan="3" scope="rowgroup">${ctx.t('bytes.host')}</th>
            </tr>
            ${host.map((term) => termRow(ctx, term, toneOf(term.id, host)))}
          </tbody>`
        : nothing
    }
  </table>`;
}

/** What the engine takes whatever it needs, and what the rules of thumb say. */
function aside(ctx: Context, a: Answered): TemplateResult {
  const taken = a.serving?.taken;
  return html`${
    taken
      ? html`<h3>${ctx.t('bytes.taken')}</h3>
          <p>
            ${ctx.t(taken.cacheBytes > 0 ? 'bytes.taken-text' : 'bytes.taken-none', {
              share: percent(a.values.util, ctx.lang),
              size: bytes(taken.bytes, ctx.unit, ctx.lang),
              cache: bytes(taken.cacheBytes, ctx.unit, ctx.lang),
              tokens: count(taken.cacheTokens, ctx.lang),
              sequences: exact(Math.floor(taken.sequences), ctx.lang),
              context: exact(a.values.context, ctx.lang),
            })}
          </p>`
      : nothing
  }
  ${rules(ctx, a)}`;
}

function rules(ctx: Context, a: Answered): TemplateResult | typeof nothing {
  const model = modelAnswer(ctx);
  if (!model) return nothing;
  const { parameters } = model;
  const asked = a.serving
    ? [{ rule: 'article-2024', task: 'inference' }]
    : [
        { rule: 'article-2024', task: 'training' },
        { rule: 'eleutherai', task: 'training' },
      ];
  const said = asked.flatMap((q) => {
    const result = ctx.ask<RuleOfThumb>({ ask: 'rule-of-thumb', ...q, parameters }).result;
    return result ? [{ ...q, result }] : [];
  });
  return html`<h3>${ctx.t('bytes.rules')}</h3>
    <dl class="facts">
      ${said.map(
        ({ rule, result }) =>
          html`<dt>${ctx.t(idKey('rule', a.serving ? 'both' : rule))}</dt>
            <dd>
              ${byteFigure(ctx, result.totalBytes)}
              <small
                >·
                ${exactly(result.bytesPerParameter, ctx.t('bytes.each', { bytes: exact(result.bytesPerParameter, ctx.lang) }), 'B/N')}</small
              >
            </dd>`,
      )}
    </dl>
    <p class="note">${ctx.t(a.serving ? 'bytes.rules-serving' : 'bytes.rules-training')}</p>`;
}
