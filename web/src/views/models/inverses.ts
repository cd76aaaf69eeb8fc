// The fit turned round: what is the most that fits, and how fast it is.

import { html, type TemplateResult } from 'lit';
import type { Context } from '../context';
import { jobOf } from './options';
import { speed } from './speed';

export function inverses(ctx: Context): TemplateResult {
  return html`<section aria-labelledby=${ctx.id('title')}>
    <h2 id=${ctx.id('title')}>${ctx.t('inverse.title')}</h2>
    ${jobOf(ctx.store.values) === 'serve' ? speed(ctx) : ''}
  </section>`;
}
