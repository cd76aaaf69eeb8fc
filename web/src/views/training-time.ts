// C = 6ND in days and money on the chosen cards.

import { html, nothing, type TemplateResult } from 'lit';
import type { TrainingTime } from '../engine/engine';
import { count, duration, exact, flops, money, pfDays, significant } from '../format/format';
import type { Device } from '../parse/devices';
import type { Context } from './context';
import { exactly, figurePanel, openFigure } from './figures';
import { staleNote, textField } from './parts';
import { inChunks, lengthClass } from './turns';

/** The core's peak_flop_per_second: cards without fast 16 bits train in fp32. */
const peakOf = ({ gpu }: Device): number => Math.max(gpu?.bf16Tflops ?? 0, gpu?.fp32Tflops ?? 0);

function ask(ctx: Context, device: Device): TrainingTime | undefined {
  const { size, data, mfu, price } = ctx.store.values;
  const peak = peakOf(device);
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

function rowsOf(ctx: Context, some: readonly Device[]) {
  return some.flatMap((device) => {
    const answer = ask(ctx, device);
    return answer && device.gpu ? [{ device, name: device.gpu.name, answer }] : [];
  });
}

export function training(ctx: Context): TemplateResult | typeof nothing {
  const { t, lang } = ctx;
  const { size, data, gpu, price } = ctx.store.values;
  const able = gpu.filter(peakOf);
  const [first] = rowsOf(ctx, able.slice(0, 1));
  if (!first) return nothing;
  const pair = { parameters: count(size, lang), tokens: count(data, lang) };
  return html`<h3 id=${ctx.id('time')}>${t('time.title')}</h3>
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
    <div class="block ${lengthClass(able)}">
      <table class="stack" role="table">
        <caption class="hidden">
          ${t('time.title')}
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">${t('time.card')}</th>
            ${[
              t('time.peak'),
              t('time.wall'),
              t('time.gpu-hours'),
              ...(price === undefined ? [] : [t('time.cost')]),
            ].map((name) => html`<th scope="col" role="columnheader" class="numeric">${name}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${inChunks(ctx, able, (some, from) =>
            rowsOf(ctx, some).map(
              ({ device, name, answer }, i) =>
                html`<tr role="row">
                  <th scope="row" role="rowheader">${device.count > 1 ? `${device.count} × ` : ''}${name}</th>
                  <td role="cell" class="numeric" data-label=${t('time.peak')}>
                    ${exactly(
                      peakOf(device),
                      html`${significant(peakOf(device), lang)} <small>${t('unit.tflops')}</small>`,
                      'TFLOP/s',
                    )}
                  </td>
                  <td
                    role="cell"
                    class="numeric"
                    data-label=${t('time.wall')}
                    title="${exact(Math.round(answer.seconds), lang)} s"
                  >
                    ${openFigure(ctx, 'time', String(from + i), exactly(answer.seconds, duration(answer.seconds, lang), 's'))}
                  </td>
                  <td role="cell" class="numeric" data-label=${t('time.gpu-hours')}>
                    ${exactly(answer.gpuHours, significant(answer.gpuHours, lang))}
                  </td>
                  ${
                    price === undefined
                      ? nothing
                      : html`<td role="cell" class="numeric" data-label=${t('time.cost')}>
                          ${openFigure(ctx, 'time', String(from + i), exactly(answer.cost ?? NaN, money(answer.cost ?? NaN, lang), 'US$'))}
                        </td>`
                  }
                </tr>`,
            ),
          )}
        </tbody>
      </table>
    </div>
    ${figurePanel(ctx, 'time', (key) => {
      const [row] = rowsOf(ctx, able.slice(Number(key), Number(key) + 1));
      return row && { title: row.name, workings: row.answer.workings, assumptions: row.answer.assumptions };
    })}
    <p class="note">${t('time.note')}</p>`;
}
