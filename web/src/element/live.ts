// What a screen reader is told of a change: the answer to what somebody does, or what is wrong with it, once they pause.

import type { LlmSlideRule } from './llm-slide-rule';

/** Longer than between two keys: every one of them would else cut off what is being read. */
const pause = 1000;

/** What is true of the control that has the focus: its mistake, else the answer of its section or of the next one. */
function wordsFor(root: ShadowRoot, active: Element): string {
  if (active.getAttribute('aria-invalid') === 'true') {
    const ids = active.getAttribute('aria-describedby')?.split(' ') ?? [];
    return ids.map((id) => root.getElementById(id)?.textContent ?? '').join(' ');
  }
  const own = active.closest('section');
  const sections = [...root.querySelectorAll('section')];
  const answers = sections.slice(own ? sections.indexOf(own) : 0).map((s) => s.querySelector('.answer'));
  return answers.find((answer) => answer)?.textContent ?? '';
}

export class Live {
  readonly #element: LlmSlideRule;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(element: LlmSlideRule) {
    this.#element = element;
  }

  /** After a change. Of what a script or an address changes nobody has to be told. */
  readonly changed = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#say(), pause);
  };

  async #say(): Promise<void> {
    const element = this.#element;
    await element.updateComplete;
    const root = element.shadowRoot;
    const status = root?.querySelector<HTMLElement>('.told');
    if (!root?.activeElement || !status) return;
    const words = wordsFor(root, root.activeElement).replace(/\s+/gu, ' ').trim();
    status.lang = element.language;
    if (status.textContent !== words) status.textContent = words;
  }
}
