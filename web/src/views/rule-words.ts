// What the slide rule says in words: the sentence, the notes beside each scale, what cannot be met.

import type { Problem, ScaleReading, SlideRule } from '../engine/engine';
import { bytes, count, duration, flops, money, pfDays, significant } from '../format/format';
import { idKey } from '../i18n/index';
import { problemText } from '../i18n/problem';
import { givenScales, scales, type ScaleId } from '../state/rule';
import type { Context } from './context';

export function amount(ctx: Context, id: ScaleId, value: number): string {
  if (id === 'memory') return bytes(value, ctx.unit, ctx.lang);
  if (id === 'compute') return flops(value, ctx.lang);
  if (id === 'cost') return money(value, ctx.lang);
  return id === 'loss' ? significant(value, ctx.lang) : count(value, ctx.lang);
}

export function valueOf(answer: SlideRule, id: ScaleId): number | undefined {
  return answer.scales[scales.indexOf(id)]?.value;
}

/** The amount of a scale, or a dash where it is not known. */
export function told(ctx: Context, answer: SlideRule, id: ScaleId): string {
  const value = valueOf(answer, id);
  return value === undefined ? '–' : amount(ctx, id, value);
}

/** Of a mixture of experts: what its training, unlike its memory, is reckoned by. */
export const activeText = ({ t, lang }: Context, { activeParameters }: SlideRule): string =>
  activeParameters === undefined ? '' : t('instrument.of-them', { active: count(activeParameters, lang) });

/** Whether it fits, and if not, how many cards it takes. */
export function fitWords(ctx: Context, answer: SlideRule): string {
  if (!answer.fit) return '';
  const { outcome, minGpus } = answer.fit;
  return outcome === 'does-not-fit'
    ? ctx.t('instrument.cards', {
        gpus: significant(minGpus, ctx.lang, minGpus < 1000 ? String(minGpus).length : 3),
      })
    : ctx.t(idKey('outcome', outcome));
}

/** The card that the rule answers for, and how many. */
export function deviceName(ctx: Context): string | undefined {
  const device = ctx.store.values.gpu[0];
  return device?.gpu && (device.count > 1 ? `${device.count} × ` : '') + device.gpu.name;
}

export function ruleSentence(ctx: Context, a: SlideRule): string {
  const { t } = ctx;
  // What cannot be met, its own scale says.
  if (valueOf(a, 'parameters') === undefined) return '';
  const fits = fitWords(ctx, a);
  const device = deviceName(ctx);
  const needs = t('instrument.answer-memory', {
    parameters: told(ctx, a, 'parameters'),
    memory: told(ctx, a, 'memory'),
  });
  const memory = needs + (fits && ` ${device ? `${device}: ` : ''}${fits}.`);
  if (valueOf(a, 'tokens') === undefined) return memory;
  const isOptimal = a.assumptions.some((x) => x.id === 'compute-optimal');
  const training = t(isOptimal ? 'instrument.answer-optimal' : 'instrument.answer-loss', {
    tokens: told(ctx, a, 'tokens'),
    loss: told(ctx, a, 'loss'),
    compute: told(ctx, a, 'compute'),
  });
  return `${memory} ${training}`;
}

/** Beside the typed value: the interval, and the same amount as others would say it. */
export function beside(
  ctx: Context,
  id: ScaleId,
  reading: ScaleReading | undefined,
  a: SlideRule | undefined,
): string {
  const { t, lang } = ctx;
  if (reading?.value === undefined || !a)
    return id === 'cost' && !isPriced(ctx) ? t('instrument.no-price') : t('instrument.unknown');
  const { low, high } = reading.interval ?? {};
  // Of what stands above it; only then what else it amounts to.
  const from = (x: number) => (id === 'compute' ? significant(x, lang) : amount(ctx, id, x));
  const interval =
    low === undefined || high === undefined
      ? ''
      : `90%: ${low > 0 ? `${from(low)} – ${amount(ctx, id, high)}` : t('instrument.unbounded')}`;
  const other = {
    memory: () =>
      a.fit
        ? t('instrument.of', {
            available: bytes(a.fit.availableBytes, ctx.unit, lang),
            outcome: fitWords(ctx, a),
          })
        : '',
    parameters: () => activeText(ctx, a),
    tokens: () =>
      t(a.activeParameters === undefined ? 'instrument.ratio' : 'instrument.ratio-active', {
        ratio: significant(a.tokensPerParameter ?? NaN, lang),
      }),
    compute: () => [pfDays(reading.value ?? NaN, lang), gpuDays(ctx, a)].filter(Boolean).join(' · '),
    cost: () => timeText(ctx, a),
    loss: () => t('instrument.floor', { floor: significant(a.floor, lang) }),
  }[id]();
  const outside = reading.extrapolates && id !== 'memory' && id !== 'cost' ? t('plot.extrapolated') : '';
  return [interval, other, outside].filter(Boolean).join(' · ');
}

/** How long the cards take; of cards that do not hold the model, and so cannot, the days of one times their number. */
export function timeText(ctx: Context, a: SlideRule): string {
  if (a.fit?.outcome === 'does-not-fit') return gpuDays(ctx, a);
  return a.seconds === undefined ? '' : duration(a.seconds, ctx.lang);
}

export function gpuDays(ctx: Context, a: SlideRule): string {
  return a.gpuDays === undefined
    ? ''
    : ctx.t('instrument.gpu-days', { days: significant(a.gpuDays, ctx.lang) });
}

const isPriced = ({ store: { values } }: Context) => !!values.price && values.gpu.length > 0;

export function unmetText(ctx: Context, id: ScaleId, problem: Problem, a: SlideRule | undefined): string {
  const { t } = ctx;
  const limit = amount(ctx, id, problem.limit ?? NaN);
  if (problem.code === 'contradicts') return t('instrument.contradicts', { value: limit });
  if (id === 'memory' && a?.fit)
    return t('instrument.too-large', { cards: fitWords(ctx, a), available: limit });
  if (problem.code === 'below-floor') {
    return t(givenScales(ctx.store.values).length > 1 ? 'instrument.below-given' : 'instrument.below-floor', {
      floor: limit,
    });
  }
  if (id === 'cost' && !isPriced(ctx)) return t('instrument.no-price');
  return problemText(problem, t, ctx.lang);
}
