// The hosted page: the element with its state in the URL hash. With "embed=<view>" in the hash it is one view in a
// frame of somebody else's page.

import { LlmSlideRule } from '../element/llm-slide-rule';
import { emptyHash, fromHash, toHash } from '../state/hash';
import { page } from '../views/page';
import { breath, pause } from '../views/turns';
import { embed, embeddedView, sayLanguage } from './embed';
import { readSaved, writeSaved } from './saved';
import { followHistory, pushEntry, replaceEntry, startHistory, undoByKeys } from './undo';

LlmSlideRule.page = page;
customElements.define('llm-slide-rule', LlmSlideRule);
const element = document.querySelector('llm-slide-rule');
if (element instanceof LlmSlideRule) {
  const view = embeddedView(location.hash);
  if (view === undefined) keepInAddress(element);
  else embed(element, view);
}

function keepInAddress(element: LlmSlideRule): void {
  const saved = readSaved();
  /** A file saved with inputs in it must not bring them back where they were reset. */
  const hashOf = () => toHash(element.getState()) || (saved === '' ? '' : emptyHash);
  const read = () => {
    const { state, report } = fromHash(location.hash || saved);
    element.setState(state, { whole: true });
    element.report = report;
    writeSaved(hashOf());
  };
  startHistory();
  read();
  addEventListener('keydown', undoByKeys);
  // Whether the newest entry of the history holds an edit that is not finished, and whether it is by now.
  let editing = false;
  let finished = false;
  let newest = 0;
  addEventListener('popstate', () => {
    newest += 1;
    editing = finished = false;
    followHistory();
    read();
  });

  element.addEventListener('slide-rule-change', (event) => {
    const { commit } = event.detail;
    sayLanguage(element);
    // An edit is one entry, its keystrokes replace it: Back undoes an edit, not a keystroke.
    const write = () => {
      const hash = hashOf();
      writeSaved(hash);
      if (hash !== location.hash) {
        const url = hash || location.pathname + location.search;
        if (editing) replaceEntry(url);
        else pushEntry(url);
        // Undo and redo may now be possible.
        element.requestUpdate();
        editing = true;
      }
      if (finished) editing = false;
      finished = false;
    };
    finished ||= commit;
    newest += 1;
    const mine = newest;
    // After the painting: the browser takes its time over an entry.
    void (commit ? breath() : pause(150)).then(() => mine === newest && write());
  });
  sayLanguage(element);
}
