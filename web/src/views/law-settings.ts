// Learning rate and batch by the laws that give them, Kaplan's critical batch and his bound on repeated data.

import { html, nothing, type TemplateResult } from 'lit';
import type { Assumption, Figure } from '../engine/engine';
import { count, percent, significant } from '../format/format';
import { idKey } from '../i18n/index';
import type { Context } from './context';
import { exactly, figurePanel, openFigure } from './figures';
import { allLaws, inputLetters, lawName, pointText } from './law-question';
import { rich } from './parts';

interface Hyperparameters {
  readonly learningRate?: number;
  readonly batchTokens?: number;
  readonly workings: readonly Figure[];
  readonly extrapolates: readonly string[];
  readonly assumptions: readonly Assumption[];
}

interface Overfitting {
  readonly excess?: number;
  readonly tokensForExcess: number;
  readonly workings: readonly Figure[];
  readonly extrapolates: readonly string[];
  readonly assumptions: readonly Assumption[];
}

export function trainingSettings(ctx: Context): TemplateResult | typeof nothing {
  const { t, lang } = ctx;
  const { n, d, budget, loss } = ctx.store.values;
  const at = { parameters: n, tokens: d, computeFlop: budget };
  const rows = allLaws(ctx)
    .filter((l) => l.givesHyperparameters)
    .flatMap((l) => {
      const answer = ctx.ask<Hyperparameters>({ ask: 'hyperparameters', law: l.id, ...at, loss }).result;
      return answer ? [{ law: l, answer }] : [];
    });
  const bound = ctx.ask<Overfitting>({ ask: 'overfitting', parameters: n, tokens: d }).result;
  if (rows.length === 0) return nothing;
  return html`<h3>${t('settings.title')}</h3>
    <p>${rich(t('settings.lead', { point: `${pointText(ctx, at)}, L = ${significant(loss, lang)}` }))}</p>
    <div class="scroll" role="region" tabindex="0" aria-label=${t('settings.title')}>
      <table class="compact">
        <thead>
          <tr>
            <th scope="col">${t('loss.law')}</th>
            <th scope="col" class="numeric">${t('shape.learningRate')}</th>
            <th scope="col" class="numeric">${t('shape.batchTokens')}</th>
            <th scope="col">${t('settings.outside')}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ law, answer }) =>
              html`<tr>
                <th scope="row">${rich(lawName(ctx, law.id))}</th>
                <td class="numeric">
                  ${
                    answer.learningRate === undefined
                      ? '–'
                      : openFigure(
                          ctx,
                          'settings',
                          law.id,
                          exactly(answer.learningRate, significant(answer.learningRate, lang)),
                        )
                  }
                </td>
                <td class="numeric">
                  ${
                    answer.batchTokens === undefined
                      ? '–'
                      : openFigure(
                          ctx,
                          'settings',
                          law.id,
                          exactly(answer.batchTokens, count(answer.batchTokens, lang)),
                        )
                  }
                </td>
                <td>
                  ${
                    answer.extrapolates.length
                      ? html`<small class="tag"
                          >${answer.extrapolates.map((e) => inputLetters[e] ?? e).join(', ')}</small
                        >`
                      : '–'
                  }
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      bound
        ? html`<p>
            ${t('settings.overfitting', { share: percent(0.02, lang), parameters: count(n, lang) })}
            <span class="nowrap"
              >${openFigure(ctx, 'settings', 'overfitting', html`<b>${count(bound.tokensForExcess, lang)}</b>`)}.</span
            >
          </p>`
        : nothing
    }
    ${figurePanel(ctx, 'settings', (key) => {
      if (key === 'overfitting') {
        return (
          bound && {
            title: t('settings.overfitting-title'),
            workings: bound.workings,
            assumptions: bound.assumptions,
          }
        );
      }
      const row = rows.find((r) => r.law.id === key);
      return (
        row && {
          title: t(idKey('law', row.law.id)),
          workings: row.answer.workings,
          assumptions: row.answer.assumptions,
        }
      );
    })}`;
}
