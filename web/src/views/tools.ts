// The page's tools: undo, redo and reset; what is shown as text for somewhere else.

import { html, nothing, type TemplateResult } from 'lit';
import { toBibtex } from '../export/bibtex';
import { toCsv } from '../export/csv';
import { embedCode, embedForms, type EmbedForm } from '../export/embed-code';
import { toLatex } from '../export/latex';
import { toMarkdown } from '../export/markdown';
import { measuredBibtex } from '../export/measured-bibtex';
import { provenanceLine, provenanceOf } from '../export/provenance';
import { shownViews, type Rows, type ShownCell, type Whole } from '../export/tables';
import { idKey } from '../i18n/index';
import { canRedo, canUndo, onMoved, redo, undo } from '../page/undo';
import type { PartName } from '../parts';
import { references } from '../references';
import { initialState } from '../state/fields';
import { toHash } from '../state/hash';
import { noted } from '../state/noted';
import type { Context } from './context';
import { widgetViews } from './sections';
import { shownState } from './shown-state';
import { breath, inTurn } from './turns';

declare const __PART__: PartName;

export function tools(ctx: Context): TemplateResult {
  const { t } = ctx;
  // Until something is changed: then it is true no longer.
  const said = noted(() => {
    const [word, hash] = (ctx.ui.open['said'] ?? '').split(' ');
    return hash === undefined || hash === ctx.store.hash ? word : '';
  });
  onMoved((what) => say(ctx, what));
  const copying = __PART__ === 'models' ? noted(() => ctx.ui.open['copying']) : undefined;
  // A button that is done with keeps the focus.
  return html`<div class="tools">
    <div role="group" aria-label=${t('undo.group')}>
      <button type="button" aria-disabled=${noted(canUndo) ? nothing : 'true'} @click=${undo}>
        ${t('undo.undo')}
      </button>
      <button type="button" aria-disabled=${noted(canRedo) ? nothing : 'true'} @click=${redo}>
        ${t('undo.redo')}
      </button>
      <button type="button" @click=${() => reset(ctx)}>${t('undo.reset')}</button>
    </div>
    <details class="copy">
      <summary>${t('copy.title')}</summary>
      <div class="fields" role="group" aria-label=${t('copy.title')}>
        ${forms.map(
          (form) =>
            html`<button type="button" @click=${(e: Event) => void copy(ctx, form, rootOf(e))}>
              ${t(idKey('copy', form))}
            </button>`,
        )}
      </div>
      ${
        copying === undefined
          ? nothing
          : html`<p>
              <label>${t('copy.going')} <progress max="1" .value=${Number(copying)}></progress></label>
              <button type="button" @click=${() => stopping?.abort()}>${t('copy.stop')}</button>
            </p>`
      }
      ${inTurn(
        ctx,
        () => embedding(ctx),
        () => html`<p></p>`,
      )}
    </details>
    <p class="note" role="status">${said ? t(idKey('copy', said)) : nothing}</p>
  </div>`;
}

/** The language and the look are no part of a question. */
function reset(ctx: Context): void {
  const { lang, theme, unit } = ctx.store.state;
  ctx.set({ ...initialState, lang, theme, unit }, { commit: true });
  say(ctx, 'was-reset');
}

const say = (ctx: Context, said: string) =>
  ctx.setUi({ open: { ...ctx.ui.open, said: `${said} ${ctx.store.hash}` } });

const rootOf = (e: Event) => (e.currentTarget as Element).getRootNode() as ShadowRoot;

const forms = ['link', 'markdown', 'csv', 'latex', 'json', 'bibtex'] as const;
type Form = (typeof forms)[number];

/** Empty where there is nothing to copy. */
function textOf(ctx: Context, form: Form, root: ParentNode, made?: Rows): string {
  ctx.turns.finish();
  const state = shownState(ctx);
  const provenance = provenanceOf(toHash(state));
  const views = shownViews(root, made);
  // Where an input or the bar says that what stands is not what is typed now.
  const note = root.querySelector('[data-good], .bar-line.last') ? ctx.t('bar.last') : '';
  const line = [note, provenanceLine(provenance)].filter(Boolean).join(' ');
  switch (form) {
    case 'link':
      return provenance.permalink;
    case 'markdown':
      return toMarkdown(views, line);
    case 'csv':
      return toCsv(views, line);
    case 'latex':
      return toLatex(views, line);
    case 'json': {
      const inputs = Object.fromEntries(
        Object.entries(state).filter(([key, text]) => text !== '' && key !== 'theme'),
      );
      return `${JSON.stringify({ ...provenance, ...(note && { note }), inputs, results: views }, null, 1)}\n`;
    }
    case 'bibtex': {
      const shown = [...root.querySelectorAll<HTMLElement>('[data-source]')].map(
        (e) => e.dataset['source'] as string,
      );
      const entries =
        __PART__ === 'accuracy'
          ? measuredBibtex(shown)
          : toBibtex(references().filter(({ key }) => shown.includes(key)));
      return entries && `% ${line}\n\n${entries}`;
    }
  }
}

/** Ends what is being made for a copy. */
let stopping: AbortController | undefined;
/** How long a part of it may take, in ms. */
const share = 50;

async function copy(ctx: Context, form: Form, root: ParentNode): Promise<void> {
  stopping?.abort();
  const whole =
    __PART__ === 'models' && form !== 'link' && form !== 'bibtex'
      ? root.querySelector<Element & Whole>('table.heat')?.whole
      : undefined;
  if (!whole) return copyText(ctx, textOf(ctx, form, root));
  const rows: ShownCell[][] = Array.from({ length: whole.rows }, () => []);
  const all = whole.rows * whole.columns;
  let done = 0;
  const make = () => {
    const until = performance.now() + share;
    for (; done < all && performance.now() < until; done++) {
      const row = Math.floor(done / whole.columns);
      rows[row]?.push(whole.cell(row, done % whole.columns));
    }
    return done === all;
  };
  if (make()) return copyText(ctx, textOf(ctx, form, root, rows));
  // Of very many cards: how far it is, and a way out of it.
  const { hash } = ctx.store;
  const tell = (copying: string | undefined) => ctx.setUi({ open: { ...ctx.ui.open, copying } });
  const mine = (stopping = new AbortController());
  const rest = async () => {
    try {
      do {
        tell(String(done / all));
        await breath();
        if (hash !== ctx.store.hash) mine.abort();
        mine.signal.throwIfAborted();
      } while (!make());
      return textOf(ctx, form, root, rows);
    } finally {
      if (stopping === mine) tell(undefined);
    }
  };
  await copyText(ctx, rest(), mine);
}

/** What comes later is promised at once: a browser takes it only from a click. */
async function copyText(
  ctx: Context,
  text: string | Promise<string>,
  making?: AbortController,
): Promise<void> {
  try {
    if (typeof text !== 'string') {
      const blob = text.then((all) => new Blob([all], { type: 'text/plain' }));
      // Where copying is refused, too, and nobody waits for it.
      blob.catch(() => undefined);
      await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
    } else if (text) await navigator.clipboard.writeText(text);
    say(ctx, text ? 'done' : 'no-sources');
  } catch {
    say(ctx, making?.signal.aborted ? 'stopped' : 'refused');
    making?.abort();
  }
}

/** What a blogger pastes, form by form, with the view that is chosen for it. */
function embedding(ctx: Context): TemplateResult {
  const { t } = ctx;
  const views = Object.keys(widgetViews);
  const view = ctx.ui.open['embed-view'] ?? views[0] ?? '';
  const form = (ctx.ui.open['embed-form'] ?? 'module') as EmbedForm;
  const open = (patch: Record<string, string>) => ctx.setUi({ open: { ...ctx.ui.open, ...patch } });
  // As in a copied link; drawn again with all that is typed, which it follows.
  const code = embedCode(form, view, ctx.store.hash && toHash(shownState(ctx)), t('copy.fallback'));
  const id = ctx.id('embed');
  return html`<fieldset class="embed">
    <legend>${t('copy.embed')}</legend>
    <div class="field">
      <label for="${id}-view">${t('copy.embed-view')}</label>
      <select
        id="${id}-view"
        @change=${(e: Event) => open({ 'embed-view': (e.target as HTMLSelectElement).value })}
      >
        ${views.map((name) => html`<option value=${name} ?selected=${name === view}>${t(idKey('view', name))}</option>`)}
      </select>
    </div>
    <div class="forms" role="radiogroup" aria-label=${t('copy.embed-form')}>
      ${embedForms.map(
        (name) =>
          html`<label
            ><input
              type="radio"
              name="${id}-form"
              value=${name}
              .checked=${name === form}
              @change=${() => open({ 'embed-form': name })}
            />
            ${t(idKey('copy.form', name))}</label
          >`,
      )}
    </div>
    <label for="${id}-code">${t('copy.code')}</label>
    <textarea id="${id}-code" readonly rows="5" spellcheck="false" lang="en" .value=${code}></textarea>
    <button type="button" @click=${() => void copyText(ctx, code)}>${t('copy.copy-code')}</button>
  </fieldset>`;
}
