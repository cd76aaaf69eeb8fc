// What frames the page: questions to start from, and the answer in one line that stays in view.

import { html, type TemplateResult } from 'lit';
import { bytes } from '../format/format';
import { idKey } from '../i18n/index';
import { initialState, type State } from '../state/fields';
import { ruleKeys, ruleReply } from '../state/rule';
import type { Context } from './context';
import { answerLine, pageLink } from './parts';
import { activeText, deviceName, fitWords, timeText, told, valueOf } from './rule-words';

interface Start {
  readonly id: 'run' | 'train' | 'loss' | 'article';
  /** What it sets; the rest is as at first. */
  readonly state: Partial<State>;
  /** The section that answers. */
  readonly section: string;
  /** The input that it asks for first. */
  readonly asks?: string;
}

const starts: readonly Start[] = [
  {
    id: 'run',
    state: { gpu: 'rtx-4090', method: 'infer-bf16', parameters: '8B' },
    section: 'hardware',
    asks: 'hardware-gpu-search',
  },
  {
    id: 'train',
    state: { gpu: 'h100-sxm*8', method: 'eleutherai-adamw', parameters: '7B', 'rule.pin': 'parameters' },
    section: 'rule',
    asks: 'rule-rule.tokens',
  },
  {
    id: 'loss',
    state: { gpu: 'h100-sxm*8', 'rule.move': 'loss', 'rule.loss': '2.1' },
    section: 'rule',
  },
  { id: 'article', state: { memory: '48GB' }, section: 'memory' },
];

export function startingPoints(ctx: Context): TemplateResult {
  const { t } = ctx;
  const { lang, theme, unit } = ctx.store.state;
  const go = (start: Start, e: Event) => {
    ctx.set({ ...initialState, lang, theme, unit, ...start.state }, { commit: true });
    const root = (e.currentTarget as HTMLElement).getRootNode() as ShadowRoot;
    requestAnimationFrame(() => {
      root.getElementById(`${start.section}-title`)?.scrollIntoView();
      if (start.asks) root.getElementById(start.asks)?.focus({ preventScroll: true });
    });
  };
  const button = (id: Start['id']) => {
    const start = starts.find((s) => s.id === id);
    return html`<li>
      <button type="button" @click=${(e: Event) => start && go(start, e)}>${t(idKey('begin', id))}</button>
    </li>`;
  };
  return html`<nav class="starts" aria-label=${t('begin.title')}>
    <ul>
      ${button('run')}
      <li>${pageLink('models', ctx.store.hash, t('begin.tune'))}</li>
      ${button('train')} ${button('loss')} ${button('article')}
    </ul>
  </nav>`;
}

/** model · method · GPU → needs X of Y, fits → loss → time and cost */
export function answerBar(ctx: Context): TemplateResult {
  const { t, store, lang } = ctx;
  const { shown, isLast } = ruleReply(store);
  const memory =
    shown?.fit &&
    `${t('bar.memory', { memory: told(ctx, shown, 'memory'), available: bytes(shown.fit.availableBytes, ctx.unit, lang) })}, ${fitWords(ctx, shown)} (${t('bar.rule')})`;
  // Loss, time and cost are of training: where the method is inference they are no part of its answer.
  const trains = !store.values.method.startsWith('infer');
  const steps =
    shown && valueOf(shown, 'parameters') !== undefined
      ? [
          [
            told(ctx, shown, 'parameters'),
            activeText(ctx, shown),
            t(idKey('method', store.values.method)),
            deviceName(ctx),
          ],
          [memory],
          [
            trains &&
              valueOf(shown, 'loss') !== undefined &&
              t('bar.loss', { loss: told(ctx, shown, 'loss') }),
          ],
          [
            trains && timeText(ctx, shown),
            trains && valueOf(shown, 'cost') !== undefined && told(ctx, shown, 'cost'),
          ],
        ]
      : [];
  return answerLine(ctx, steps, isLast || store.isStale(...ruleKeys(store.values)));
}
