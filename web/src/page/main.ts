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
  addEventListener('popstate', read);
  addEventListener('hashchange', read);

  let typing: ReturnType<typeof setTimeout> | undefined;
  element.addEventListener('slide-rule-change', (event) => {
    const { commit } = (event as CustomEvent<{ commit: boolean }>).detail;
    document.documentElement.lang = element.language;
    const url = () => toHash(element.getState()) || location.pathname + location.search;
    clearTimeout(typing);
    // Typing replaces, a finished edit pushes: Back undoes an edit, not a keystroke.
    if (!commit) typing = setTimeout(() => history.replaceState(null, '', url()), 150);
    else if (toHash(element.getState()) !== location.hash) history.pushState(null, '', url());
  });
  document.documentElement.lang = element.language;
}
