// What a page that holds <llm-slide-rule> may rely on; the npm package's types are these.

import type { FieldKey, FieldProblem, State } from '../state/fields';

/** Attributes that set a field of the state; the others are view, src-state, compact, readonly and hide. */
export const stateAttributes = ['model', 'gpu', 'memory', 'parameters', 'lang', 'theme'] as const;

/** What `hide` can leave out of a view. */
export const hideable = ['title', 'answer', 'inputs', 'table', 'chart', 'note'] as const;

export interface SlideRuleElement extends HTMLElement {
  /** Which view is shown: fit, memory, loss, laws … */
  view: string;
  /** The model by its name in the catalogue, in views that ask for one. */
  model: string | undefined;
  /** GPUs by their names in the catalogue: "rtx-4090" or "h100-sxm*8,l4". */
  gpu: string | undefined;
  /** A memory size instead of a GPU, or beside it: "24GB". */
  memory: string | undefined;
  /** The model's parameters: "7B". */
  parameters: string | undefined;
  /** "light", "dark" or, by the host's colour scheme, "auto". */
  theme: string | undefined;
  /** Less space, no introductions. */
  compact: boolean;
  /** Inputs are shown, not changed. */
  readonly: boolean;
  /** What is left out, words apart by spaces: title answer inputs table chart note. */
  hide: string | undefined;
  /** The whole state as in a link to the page: "v=1&parameters=7B". */
  srcState: string | undefined;
  /** Resolves when the first result stands; rejects when the calculator cannot start. */
  readonly ready: Promise<unknown>;
  /** What is typed, field by field. */
  getState(): State;
  /** Sets texts of fields; unknown keys are ignored. May be called before the element is ready. */
  setState(patch: Partial<State>, options?: { commit?: boolean; whole?: boolean }): void;
  /** The results of the view as a Markdown text with tables; empty before the first. */
  toMarkdown(): string;
  /** The tables of the view in RFC 4180, numbers exact and in their base unit; empty before the first. */
  toCsv(): string;
}

export interface SlideRuleChange {
  readonly state: State;
  /** True where an edit is finished, false for a keystroke. */
  readonly commit: boolean;
  /** What is wrong, field by field. */
  readonly problems: Readonly<Partial<Record<FieldKey, FieldProblem>>>;
  /** The page with this state in it. */
  readonly url: string;
}

export interface SlideRuleFailure {
  /** "wasm": the page's rules forbid WebAssembly; "part": a further module could not be loaded; else the error. */
  readonly reason: string;
}

declare global {
  interface HTMLElementTagNameMap {
    'llm-slide-rule': SlideRuleElement;
  }
  interface HTMLElementEventMap {
    'slide-rule-change': CustomEvent<SlideRuleChange>;
    'slide-rule-error': CustomEvent<SlideRuleFailure>;
  }
}
