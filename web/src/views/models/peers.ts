// Why another calculator says something else: the rules that other tools publish, asked the same question.

import { html, nothing, type TemplateResult } from 'lit';
import type { PeerRule, PeerRules } from '../../engine/engine';
import { bytes } from '../../format/format';
import { idKey } from '../../i18n/index';
import type { Context } from '../context';
import { byteFigure, openable } from '../parts';
import { jobQuestion, type Answered } from './plan';

export function peers(ctx: Context, a: Answered): TemplateResult | typeof nothing {
  const rules = ctx.ask<PeerRules>(jobQuestion('peer-rules', a.values, a.device)).result?.rules ?? [];
  if (rules.length === 0) return nothing;
  return html`<details class="peers">
    <summary>${ctx.t('peer.title')}</summary>
    <p class="note">${ctx.t('peer.lead')}</p>
    <div class="scroll" role="region" tabindex="0" aria-label=${ctx.t('peer.title')}>
      <table>
        <caption class="hidden">
          ${ctx.t('peer.title')}
        </caption>
        <thead>
          <tr>
            <th scope="col">${ctx.t('peer.tool')}</th>
            <th scope="col">${ctx.t('peer.of')}</th>
            <th scope="col" class="numeric">${ctx.t('peer.says')}</th>
            <th scope="col" class="numeric">${ctx.t('peer.own')}</th>
            <th scope="col" class="numeric">${ctx.t('peer.difference')}</th>
            <th scope="col">${ctx.t('peer.reason')}</th>
          </tr>
        </thead>
        <tbody>
          ${rules.map((rule) => row(ctx, rule))}
        </tbody>
      </table>
    </div>
  </details>`;
}

function row(ctx: Context, rule: PeerRule): TemplateResult {
  return html`<tr>
    <th scope="row" lang="en">${rule.tool}</th>
    <td>${ctx.t(idKey('peer-of', rule.of))}</td>
    ${(
      [
        ['says', rule.bytes],
        ['own', rule.ownBytes],
        ['difference', rule.differenceBytes],
      ] as const
    ).map(
      ([what, value]) =>
        html`<td class="numeric" data-label=${ctx.t(`peer.${what}`)}>${byteFigure(ctx, value)}</td>`,
    )}
    <td>
      ${ctx.t(idKey('peer-reason', rule.reason))}
      ${openable(ctx, ctx.t('formula'), rule.workings, bytes(rule.bytes, ctx.unit, ctx.lang))}
    </td>
  </tr>`;
}
