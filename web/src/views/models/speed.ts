// How fast a served model answers on the chosen device.

import { html, nothing, type TemplateResult } from 'lit';
import type { DecodeSpeed, Interval, Workings } from '../../engine/engine';
import { duration, exact, significant } from '../../format/format';
import { idKey } from '../../i18n/index';
import type { Context } from '../context';
import { ends, exactly } from '../figures';
import { assumptionList, openable, textField } from '../parts';
import { optionsOf, jobOf } from './options';
import { device, jobFields, plan } from './plan';

/** Fields of the serving plan that decode-speed has as well. */
const unknownToSpeed = ['contextTokens', 'draftModel', 'draftWeightFormat'];

/** What a prompt is taken to be where none is stated; a whole context is read before few answers. */
const usualPrompt = 512;
const promptOf = (ctx: Context): number => ctx.store.values.prompt ?? usualPrompt;

export function speedAnswer(ctx: Context): DecodeSpeed | undefined {
  const d = device(ctx);
  const { values } = ctx.store;
  if (!d?.gpu || jobOf(values) !== 'serve') return undefined;
  const plan = Object.fromEntries(
    Object.entries(jobFields(values, d)).filter(([name]) => !unknownToSpeed.includes(name)),
  );
  return ctx.ask<DecodeSpeed>({
    ask: 'decode-speed',
    ...plan,
    promptTokens: promptOf(ctx),
    outputTokens: values.answer,
    hostBandwidthGbPerSecond: values.hostbandwidth,
  }).result;
}

export function speed(ctx: Context): TemplateResult {
  const { t } = ctx;
  const answer = speedAnswer(ctx);
  const d = device(ctx);
  const llamaCpp = optionsOf(ctx.store.values).some((o) => o.key === 'gpulayers');
  return html`<h3>${t('speed.title')}</h3>
    <div class="fields">
      ${textField(ctx, 'answer', t('speed.output'), {})}
      ${llamaCpp ? textField(ctx, 'hostbandwidth', t('speed.host'), { hint: t('speed.host-hint') }) : nothing}
    </div>
    ${plan(ctx).answer?.fit?.outcome === 'does-not-fit' ? html`<p class="note">${t('speed.too-large')}</p>` : nothing}
    ${answer && d ? table(ctx, answer) : html`<p class="note">${t('speed.none')}</p>`}`;
}

export function speedText(ctx: Context, rate: number, { low, high }: Interval): string {
  const text = (x: number) => significant(x, ctx.lang);
  return ctx.t('speed.rate', { rate: text(rate), low: text(low), high: text(high) });
}

function table(ctx: Context, a: DecodeSpeed): TemplateResult {
  const { t, lang } = ctx;
  const row = (name: string, text: unknown) =>
    html`<dt>${name}</dt>
      <dd>${text}</dd>`;
  const rate = (name: string, value: number, interval: Interval, workings: Workings) => {
    const text = speedText(ctx, value, interval);
    return row(
      name,
      openable(ctx, exactly(value, text, 'tokens/s', ends('tokens/s', interval)), workings, text),
    );
  };
  const time = (name: string, seconds: number) => row(name, exactly(seconds, duration(seconds, lang), 's'));
  return html`<dl class="facts">
      ${rate(t('speed.decode'), a.decodeTokensPerSecond, a.decodeInterval, a.decodeWorkings)}
      ${row(t('speed.bound'), t(idKey('bound', a.bound)))}
      ${
        a.timeToFirstTokenSeconds !== undefined && a.totalSeconds !== undefined
          ? html`${rate(t('speed.prefill'), a.prefillTokensPerSecond, a.prefillInterval, a.prefillWorkings)}
            ${time(t('speed.first', { prompt: exact(promptOf(ctx), lang) }), a.timeToFirstTokenSeconds)}
            ${time(t('speed.total'), a.totalSeconds)}`
          : nothing
      }
    </dl>
    ${assumptionList(ctx, a.assumptions)}`;
}
