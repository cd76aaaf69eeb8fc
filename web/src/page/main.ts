// The hosted page: the element with its state in the URL hash.

import { LlmSlideRule } from '../element/define';
import { fromHash, toHash } from '../state/hash';

const element = document.querySelector('llm-slide-rule');
if (element instanceof LlmSlideRule) {
  const read = () => {
    const { state, report } = fromHash(location.hash);
    element.setState(state, { whole: true });
    element.report = report;
  };
  read();
  // Whether the newest entry of the history holds an edit that is not finished.
  let editing = false;
  let typing: ReturnType<typeof setTimeout> | undefined;
  addEventListener('popstate', () => {
    clearTimeout(typing);
    editing = false;
    read();
  });
  addEventListener('hashchange', read);

  element.addEventListener('slide-rule-change', (event) => {
    const { commit } = (event as CustomEvent<{ commit: boolean }>).detail;
    document.documentElement.lang = element.language;
    // An edit is one entry, its keystrokes replace it: Back undoes an edit, not a keystroke.
    const write = () => {
      if (toHash(element.getState()) === location.hash) return;
      const url = toHash(element.getState()) || location.pathname + location.search;
      if (editing) history.replaceState(null, '', url);
      else history.pushState(null, '', url);
      editing = true;
    };
    clearTimeout(typing);
    if (!commit) typing = setTimeout(write, 150);
    else {
      write();
      editing = false;
    }
  });
  document.documentElement.lang = element.language;
}
