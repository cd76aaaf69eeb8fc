// The hosted page: the element with its state in the URL hash. With "embed=<view>" in the hash it is one view in a
// frame of somebody else's page. It starts in steps, between which the browser paints and listens.

import { LlmSlideRule } from '../element/llm-slide-rule';
import type { PartName } from '../parts';
import type { State } from '../state/fields';
import { emptyHash, fromHash, toHash } from '../state/hash';
import { page } from '../views/page';
import { pause, shown } from '../views/turns';
import { embed, embeddedView, sayLanguage } from './embed';
import { readyFonts } from './fonts';
import { keepHome, keepLeft, readSaved, takeLeft, writeSaved } from './saved';
import {
  followHistory,
  isWritten,
  pushEntry,
  replaceEntry,
  startHistory,
  stayInPlace,
  undoByKeys,
} from './undo';

declare const __PART__: PartName;
const isCalculator = __PART__ === 'calculator';

/** The first step, a script of web/index.html behind those of the code. */
export function start(): void {
  LlmSlideRule.page = page;
  customElements.define('llm-slide-rule', LlmSlideRule);
  setTimeout(open);
}

function open(): void {
  const element = document.querySelector('llm-slide-rule');
  if (!(element instanceof LlmSlideRule)) return;
  const view = embeddedView(location.hash);
  if (view === undefined) keepInAddress(element);
  else embed(element, view);
}

/** A section that a link names, as soon as it is drawn. */
function lookAt(element: LlmSlideRule, id: string, tries = 100): void {
  const place = element.shadowRoot?.getElementById(id);
  if (place) place.scrollIntoView();
  else if (tries > 0) setTimeout(() => lookAt(element, id, tries - 1), 50);
}

function keepInAddress(element: LlmSlideRule): void {
  const saved = readSaved();
  /** A file saved with inputs in it must not bring them back where they were reset. */
  const hashOf = (state: State) => toHash(state) || (saved === '' ? '' : emptyHash);
  let newest = '';
  // Whether the newest entry of the history holds an edit that is not finished, and what is still to be written.
  let editing = false;
  let pending: { readonly hash: string; readonly commit: boolean } | undefined;
  const read = () => {
    const [hash, at] = location.hash.split('&at=');
    const { state, report } = fromHash(hash || saved);
    element.setState(state, { whole: true });
    if (isCalculator && at) void element.ready.then(() => lookAt(element, at));
    // What was read stays as it was written: an entry of its own would end what Forward leads to.
    pending = undefined;
    element.report = report;
    newest = hashOf(element.getState());
    writeSaved(newest);
  };
  keepHome();
  startHistory();
  const left = takeLeft();
  if (left !== undefined && left !== location.hash) pushEntry(left);
  read();
  addEventListener('keydown', undoByKeys);
  addEventListener('popstate', () => {
    editing = false;
    followHistory();
    read();
    stayInPlace(element.updateComplete);
  });

  // An edit is one entry, its keystrokes replace it: Back undoes an edit, not a keystroke.
  const write = ({ hash, commit }: NonNullable<typeof pending>) => {
    pending = undefined;
    // The browser then styles every element anew, and lays it out before it takes an entry: not beside what is drawn.
    void element.updateComplete.then(() => sayLanguage(element));
    writeSaved(hash);
    if (!isWritten(hash)) {
      const url = hash || location.pathname + location.search;
      if (editing) replaceEntry(url);
      else pushEntry(url);
      editing = true;
      // Undo and redo may now be possible.
      element.requestUpdate();
    }
    if (commit) editing = false;
  };
  element.addEventListener('slide-rule-change', (event) => {
    const { commit, state } = event.detail;
    if (pending?.commit) write(pending);
    const hash = hashOf(state);
    const isShown = hash === newest;
    newest = hash;
    const mine = (pending = { hash, commit });
    // The browser takes its time over an entry: what is new is shown first.
    if (commit && isShown) write(mine);
    else void (commit ? shown() : pause(150)).then(() => mine === pending && write(mine));
  });
  // Nothing typed is lost with the page, nor where a browser ends it unseen.
  addEventListener('pagehide', () => {
    if (!pending) return;
    keepLeft(pending.hash || emptyHash);
    write(pending);
  });
  addEventListener('pageshow', (e) => e.persisted && keepLeft(undefined));
  document.addEventListener('visibilitychange', () => pending && document.hidden && write(pending));
  sayLanguage(element);
  void element.ready.then(() => readyFonts(element));
}
