// What a page that holds <llm-slide-rule> may rely on; the npm package's types are these.

import type { FieldKey, FieldProblem, State } from '../state/fields';

/** Attributes that set a field of the state; the others are view, src-state, compact, readonly and hide. */
export const stateAttributes = ['model', 'gpu', 'memory', 'parameters', 'lang', 'theme'] as const;

/** What `hide` can leave out of a view. */
export const hideable = ['title', 'answer', 'inputs', 'table', 'chart', 'note'] as const;

export interface SlideRuleElement extends HTMLElement {
  /** Which view is shown: fit, memory, loss, laws … */
  view: string;
  /** The model by its name in the catalogue: of view models. */
  model: string | undefined;
  /** GPUs by their names in the catalogue: "rtx-4090" or "h100-sxm*8,l4"; of views rule, fit, loss, models. */
  gpu: string | undefined;
  /** A memory size instead of a GPU, or beside it: "24GB"; of views rule, fit, models. */
  memory: string | undefined;
  /** The model's parameters: "7B"; of views rule, fit, memory. What a view does not ask for it keeps for those that do. */
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
  /** Resolves when the first result stands; rejects where there is none: see SlideRuleFailure. Once: another view changes it no more. */
  readonly ready: Promise<this>;
  /** What is typed, field by field. */
  getState(): State;
  /** Sets texts of fields; unknown keys are ignored. May be called before the element is ready. */
  setState(patch: Partial<State>, options?: SetStateOptions): void;
  /** The results of the view as a Markdown text with tables; empty before the first. */
  toMarkdown(): string;
  /** The tables of the view in RFC 4180, numbers exact and in their base unit; empty before the first. */
  toCsv(): string;
}

export interface SetStateOptions {
  /** An edit is finished, as where somebody leaves a field: the event says so, and is sent even if nothing is new. */
  readonly commit?: boolean;
  /** The texts come from elsewhere, as of a link: of a list in which something is wrong the rest is used. Without, a list
   *  as somebody types it: the last good one stands until all of it can be read. */
  readonly whole?: boolean;
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
  /** "view": there is no such view; "wasm": the page's rules forbid WebAssembly, or the browser has none; "part": a
   *  further module could not be loaded; else the error. */
  readonly reason: string;
}

declare global {
  interface HTMLElementTagNameMap {
    'llm-slide-rule': SlideRuleElement;
  }
  /** Of elements, document and window: both events bubble up to these. */
  interface GlobalEventHandlersEventMap {
    'slide-rule-change': CustomEvent<SlideRuleChange>;
    'slide-rule-error': CustomEvent<SlideRuleFailure>;
  }
}
