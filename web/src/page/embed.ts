// One view in a frame: "#embed=memory&v=1&parameters=7B", and of the widget's attributes compact, readonly and hide.
// The frame's address and history are the host's and stay as they are; the host is told the height.

import type { LlmSlideRule } from '../element/llm-slide-rule';
import { idKey, translator } from '../i18n/index';
import type { PartName } from '../parts';
import { fromHash } from '../state/hash';

declare const __PART__: PartName;

export function embeddedView(hash: string): string | undefined {
  return new URLSearchParams(hash.slice(1)).get('embed') ?? undefined;
}

export function embed(element: LlmSlideRule, view: string): void {
  const read = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    element.view = given.get('embed') ?? view;
    element.compact = given.has('compact');
    element.readonly = given.has('readonly');
    element.hide = given.get('hide') ?? undefined;
    for (const key of ['embed', 'compact', 'readonly', 'hide']) given.delete(key);
    const { state, report } = fromHash(`#${given}`);
    element.setState(state, { whole: true });
    element.report = report;
    sayLanguage(element);
  };
  document.documentElement.dataset['embed'] = '';
  // The file's own language is nobody's choice: without one in the address the reader's counts.
  document.documentElement.lang = '';
  read();
  addEventListener('hashchange', read);
  const say = () => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    parent.postMessage({ type: 'llm-slide-rule:height', height }, '*');
  };
  const tell = () => {
    new ResizeObserver(say).observe(document.documentElement);
    // A host that began to listen later asks.
    addEventListener('message', ({ data }: MessageEvent<{ type?: unknown } | null>) => {
      if (data?.type === 'llm-slide-rule:ask') say();
    });
  };
  // Before the first result it is no height that will last.
  element.ready.then(tell, tell);
}

/** The document's, and its title. Even the same language written again makes the browser style every element anew. */
export function sayLanguage(element: LlmSlideRule): void {
  const { documentElement: root } = document;
  if (root.lang !== element.language) root.lang = element.language;
  const say = () => {
    const t = translator(element.language);
    const title = t('title');
    document.title = __PART__ === 'calculator' ? title : `${t(idKey('pages', __PART__))} · ${title}`;
  };
  // The file's own title stands until there are words.
  element.ready.then(say, say);
}
