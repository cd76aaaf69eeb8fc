// What only the widget needs: the look it takes from its host, compact, hide, readonly.

import { css, unsafeCSS, type CSSResult } from 'lit';

declare const __HOSTED__: boolean;

/** Of the page around: its ink tells its colour scheme. */
export const hostStyles = () => css`
  :host {
    --llm-slide-rule-em: 1em;
    writing-mode: horizontal-tb;
  }
  /* Where it fails, nothing will come to stand in the room that its tag keeps. */
  :host(:state(failed)) {
    min-block-size: 0 !important;
  }
  /* What a post does with its lines; both languages run from left to right. */
  .root > :not(slot) {
    direction: ltr;
    text-align: start;
    text-indent: 0;
    text-transform: none;
    white-space: normal;
  }
  .root[data-ink='light']:not([data-theme='light'], [data-theme='dark']) {
    color-scheme: dark;
  }
  .root[data-ink='dark']:not([data-theme='light'], [data-theme='dark']) {
    color-scheme: light;
  }
`;

/**
 * In a post 1rem is the post's own font size, whatever that of its root is. As a registered length it is told once, here:
 * what stands inside has sizes of its own. (Container queries cannot take it; their em is their container's.)
 */
export const inHostSize = (sheets: CSSResult[]): CSSResult | CSSResult[] =>
  __HOSTED__
    ? sheets
    : unsafeCSS(sheets.join('').replace(/(-?[\d.]*\d)rem\b/gu, 'calc($1*var(--llm-slide-rule-em))'));

export const widgetStyles = css`
  /* Margins stay inside, so that the first result does not move what stands around it. */
  .root {
    display: flow-root;
  }
  :host(:not([view='page'])) {
    min-block-size: var(--slide-rule-min-block-size, auto);
  }
  :host(:not([view='page'])) section:first-of-type h2 {
    margin-top: 0;
    padding-top: 0;
    border-top: 0;
  }
  :host(:not([view='page'])) .root[data-hide~='inputs'] .hardware:first-of-type + section h2 {
    margin-top: 0;
    padding-top: 0;
    border-top: 0;
  }
  .root[data-hide~='title'] h2,
  .root[data-hide~='answer'] :is(.answer, h3 + p),
  .root[data-hide~='inputs'] :is(.fields, .field, .picks, .chips, fieldset, .lead, .drop, .more, .hardware),
  .root[data-hide~='table'] :is(table, .scroll, dl),
  .root[data-hide~='chart'] figure,
  .root[data-hide~='note'] :is(.note, .aside, .source),
  /* A heading goes with all that stands under it. */
  .root[data-hide~='answer'][data-hide~='note'] .said,
  .root[data-hide~='answer'][data-hide~='note'][data-hide~='inputs'][data-hide~='table'] h3,
  .root[data-compact] :is(section > p:not(.answer, .problem, .stale, .save), .aside) {
    display: none;
  }
  .root[data-compact] > :not(slot) {
    line-height: 1.4;
  }
  .root[data-compact] h2 {
    font-size: 1rem;
    margin-block: 1rem 0.25rem;
  }
  .root[data-compact] .answer {
    font-size: 1rem;
  }
  .root[data-compact] .fields {
    gap: 0.25rem 0.75rem;
    margin-block: 0.25rem;
  }
`;
