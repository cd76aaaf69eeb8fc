// The hosted page: every part in the article's order.

import { html, nothing, type TemplateResult } from 'lit';
import { knowsPages, pageOf } from '../element/other-part';
import { provenanceLine, provenanceOf } from '../export/provenance';
import { idKey, languages, translator } from '../i18n/index';
import { canInstall, install, saveForOffline } from '../page/offline';
import { partNames, type PartName } from '../parts';
import { toHash } from '../state/hash';
import { noted } from '../state/noted';
import type { Context } from './context';
import { jobBar } from './models/bytes';
import { selectField } from './parts';
import { pageSections, renderSection } from './sections';
import { answerBar, startingPoints } from './summary';
import { tools } from './tools';
import { inTurn } from './turns';

declare const __VERSION__: string;
declare const __PART__: PartName;
const isCalculator = __PART__ === 'calculator';

export function page(ctx: Context): TemplateResult {
  return html`${inTurn(ctx, () => header(ctx))}
    ${isCalculator ? inTurn(ctx, () => answerBar(ctx)) : __PART__ === 'models' ? inTurn(ctx, () => jobBar(ctx)) : nothing}
    <main id="main">${pageSections.map((name) => renderSection(name, ctx))}</main>
    ${inTurn(ctx, () => footer(ctx))}`;
}

function header(ctx: Context): TemplateResult {
  const { t } = ctx;
  return html`<header lang=${ctx.lang}>
    <h1>${t('title')}</h1>
    <p>${t('tagline')}</p>
    <div class="fields settings" role="group" aria-label=${t('settings')}>
      ${selectField(ctx, 'lang', t('language'), [
        ['auto', t('theme.auto')],
        ...languages.map((lang) => [lang, translator(lang)('language.name')] as const),
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
    ${inTurn(ctx, () => pages(ctx))} ${inTurn(ctx, () => tools(ctx))}
    ${isCalculator ? inTurn(ctx, () => startingPoints(ctx)) : nothing}
  </header>`;
}

function footer(ctx: Context): TemplateResult {
  return html`<footer lang=${ctx.lang}>
    <p class="print-only">${provenanceLine(provenanceOf(ctx.store.hash && toHash(ctx.store.good)))}</p>
    <p>${ctx.t('version', { version: __VERSION__ })} · ${ctx.t('licence')}</p>
    ${offline(ctx)}
  </footer>`;
}

function offline(ctx: Context): TemplateResult {
  const { t } = ctx;
  const outcome = noted(() => ctx.ui.open['offline']);
  const tell = (offline: 'done' | 'failed') => ctx.setUi({ open: { ...ctx.ui.open, offline } });
  const start = () =>
    install().then(
      () => tell('done'),
      () => tell('failed'),
    );
  return html`<p class="offline">
    <button type="button" @click=${() => saveForOffline(ctx.store.state)}>${t('offline.save')}</button>
    ${
      outcome === undefined && noted(canInstall)
        ? html`<button type="button" @click=${start}>${t('offline.install')}</button>`
        : nothing
    }
    <span role="status">${outcome === undefined ? nothing : t(idKey('offline', outcome))}</span>
  </p>`;
}

/** Each part is a file of its own; a link to another takes along what is typed. */
function pages(ctx: Context): TemplateResult {
  const { hash } = ctx.store;
  return html`<nav aria-label=${ctx.t('pages')}>
    <ul>
      ${partNames.map(
        (part) =>
          html`<li>
            <a
              href=${part === __PART__ || knowsPages() ? pageOf(part, hash) : nothing}
              aria-current=${part === __PART__ ? 'page' : nothing}
              >${ctx.t(idKey('pages', part))}</a
            >
          </li>`,
      )}
    </ul>
    ${knowsPages() ? nothing : html`<p class="note">${ctx.t('pages.alone')}</p>`}
  </nav>`;
}
