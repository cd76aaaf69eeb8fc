// The hosted page: every part in the article's order.

import { html, nothing, type TemplateResult } from 'lit';
import { idKey } from '../i18n/index';
import { partNames, parts } from '../parts';
import { toHash } from '../state/hash';
import type { Context } from './context';
import { selectField } from './parts';
import { pageSections, renderSection } from './sections';

declare const __VERSION__: string;
declare const __PART__: string;

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
      ${pages(ctx)}
    </header>
    <main id="main">${pageSections.map((name) => renderSection(name, ctx))}</main>
    <footer><p>${t('version', { version: __VERSION__ })} · ${t('licence')}</p></footer>`;
}

/** Each part is a file of its own; a link to another takes along what is typed. */
function pages(ctx: Context): TemplateResult {
  const hash = toHash(ctx.store.state);
  return html`<nav aria-label=${ctx.t('pages')}>
    <ul>
      ${partNames.map(
        (part) =>
          html`<li>
            <a href=${parts[part].page + hash} aria-current=${part === __PART__ ? 'page' : nothing}
              >${ctx.t(idKey('pages', part))}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`;
}
