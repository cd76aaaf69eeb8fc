// The hosted page: every part in the article's order.

import { html, type TemplateResult } from 'lit';
import type { Context } from './context';
import { selectField } from './parts';
import { allSections, renderSection } from './sections';

declare const __VERSION__: string;

export function page(ctx: Context): TemplateResult {
  const { t } = ctx;
  return html`<header>
      <h1>${t('title')}</h1>
      <p>${t('tagline')}</p>
      <div class="fields settings" role="group" aria-label=${t('settings')}>
        ${selectField(ctx, 'lang', t('language'), [
          ['auto', t('theme.auto')],
          ['ko', '한국어'],
          ['en', 'English'],
        ])}
        ${selectField(ctx, 'theme', t('theme'), [
          ['auto', t('theme.auto')],
          ['light', t('theme.light')],
          ['dark', t('theme.dark')],
        ])}
        ${selectField(ctx, 'unit', t('unit'), [
          ['GB', t('unit.GB')],
          ['GiB', t('unit.GiB')],
        ])}
      </div>
    </header>
    <main id="main">${allSections.map((name) => renderSection(name, ctx))}</main>
    <footer><p>${t('version', { version: __VERSION__ })} · ${t('licence')}</p></footer>`;
}
