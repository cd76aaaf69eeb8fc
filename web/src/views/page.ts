// The hosted page: every part in the article's order.

import { html, type TemplateResult } from 'lit';
import type { Context } from './context';
import { selectField } from './parts';
import { pageSections, renderSection } from './sections';

declare const __VERSION__: string;
declare const __LAWS__: boolean;

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
    <main id="main">${pageSections.map((name) => renderSection(name, ctx))}</main>
    <nav aria-label=${t('pages')}><p>${otherPage(ctx)}</p></nav>
    <footer><p>${t('version', { version: __VERSION__ })} · ${t('licence')}</p></footer>`;
}

/** The calculator and the page of all laws link to each other; each is a file of its own. */
function otherPage(ctx: Context): TemplateResult {
  return __LAWS__
    ? html`<a href="index.html">${ctx.t('pages.calculator')}</a>`
    : html`<a href="laws.html">${ctx.t('pages.laws')}</a>`;
}
