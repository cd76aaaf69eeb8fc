// C = 6ND in days and money on the chosen cards.

import { html, nothing, type TemplateResult } from 'lit';
import type { TrainingTime } from '../engine/engine';
import { count, duration, exact, flops, money, pfDays, significant } from '../format/format';
import type { Device } from '../parse/devices';
import type { Context } from './context';
import { figurePanel, openFigure } from './figures';
import { staleNote, textField } from './parts';

function ask(ctx: Context, device: Device): TrainingTime | undefined {
  const { size, data, mfu, price } = ctx.store.values;
  const peak = device.gpu?.bf16Tflops;
  if (!peak) return undefined;
  return ctx.ask<TrainingTime>({
    ask: 'training-time',
    parameters: size,
    tokens: data,
    peakFlops: peak * 1e12,
    gpus: device.count,
    mfu,
    ...(price === undefined ? {} : { pricePerGpuHour: price }),
  }).result;
}

export function training(ctx: Context): TemplateResult | typeof nothing {
  const { t, lang } = ctx;
  const { size, data, gpu, price } = ctx.store.values;
  const rows = gpu.flatMap((device) => {
    const answer = ask(ctx, device);
    return answer && device.gpu ? [{ device, name: device.gpu.name, answer }] : [];
  });
  const first = rows[0];
  if (!first) return nothing;
  const pair = { parameters: count(size, lang), tokens: count(data, lang) };
  return html`<h3>${t('time.title')}</h3>
    <p>
      ${t('time.answer', {
        ...pair,
        flop: flops(first.answer.flop, lang),
        pfDays: pfDays(first.answer.flop, lang),
        device: (first.device.count > 1 ? `${first.device.count} × ` : '') + first.name,
        duration: duration(first.answer.seconds, lang),
      })}
    </p>
    <div class="fields">
      ${textField(ctx, 'mfu', t('time.mfu'), { hint: t('time.mfu-hint') })}
      ${textField(ctx, 'price', t('time.price'), { placeholder: '2.50', hint: t('time.price-hint') })}
    </div>
    ${staleNote(ctx, 'size', 'data', 'gpu', 'mfu', 'price')}
    <div class="scroll" role="region" tabindex="0" aria-label=${t('time.title')}>
      <table>
        <thead>
          <tr>
            <th scope="col">${t('time.card')}</th>
            <th scope="col" class="numeric">${t('time.peak')}</th>
            <th scope="col" class="numeric">${t('time.wall')}</th>
            <th scope="col" class="numeric">${t('time.gpu-hours')}</th>
            ${price === undefined ? nothing : html`<th scope="col" class="numeric">${t('time.cost')}</th>`}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ device, name, answer }, i) =>
              html`<tr>
                <th scope="row">${device.count > 1 ? `${device.count} × ` : ''}${name}</th>
                <td class="numeric">
                  ${significant(device.gpu?.bf16Tflops ?? NaN, lang)} <small>TFLOP/s</small>
                </td>
                <td class="numeric" title="${exact(Math.round(answer.seconds), lang)} s">
                  ${openFigure(ctx, 'time', String(i), duration(answer.seconds, lang))}
                </td>
                <td class="numeric">${significant(answer.gpuHours, lang)}</td>
                ${price === undefined ? nothing : html`<td class="numeric">${money(answer.cost ?? NaN, lang)}</td>`}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${figurePanel(ctx, 'time', (key) => {
      const row = rows[Number(key)];
      return row && { title: row.name, workings: row.answer.workings, assumptions: row.answer.assumptions };
    })}
    <p class="note">${t('time.note')}</p>`;
}
