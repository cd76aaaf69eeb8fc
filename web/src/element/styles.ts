// The element's style, as adopted stylesheets: they pass a strict style-src, and the host's CSS does not reach it. This
// room has the colours and text; the others follow in the order of the cascade.

import { css } from 'lit';
import { formStyles } from './form-styles';
import { tableStyles } from './table-styles';

const textStyles = css`
  :host {
    display: block;
    font: inherit;
    color: inherit;
  }
  /* What stands inside has no say in the width. Where its content makes a box as wide as it is, the element is like a
     paragraph: as wide as a long line, as narrow as a sign. */
  :host::before {
    content: '. .';
    display: block;
    height: 0;
    overflow: hidden;
    visibility: hidden;
    white-space: normal;
    word-spacing: 44rem;
  }
  :host([hidden]) {
    display: none;
  }
  .root {
    container-type: inline-size;
    --paper: var(--slide-rule-paper, var(--llm-slide-rule-paper, Canvas));
    --raised: light-dark(#ffffff, #1c2226);
    --ink: var(--slide-rule-ink, currentColor);
    --quiet: var(--slide-rule-quiet, light-dark(#565c60, #a9adaf));
    --line: var(--slide-rule-line, light-dark(#d9d5ca, #343c41));
    --control: light-dark(#767b7f, #8b9296);
    --accent: var(--slide-rule-accent, light-dark(#0b5d7a, #6cc4e3));
    --fits: light-dark(#d6ebe6, #173a36);
    --fits-ink: light-dark(#0b5345, #8fd9c8);
    --tight: light-dark(#fbe9c6, #453513);
    --tight-ink: light-dark(#6b4700, #f0c470);
    --no: light-dark(#f3dbe0, #43222b);
    --no-ink: light-dark(#8a1f3d, #f0a3b5);
    --term-1: light-dark(#33608c, #7fb0dd);
    --term-2: light-dark(#b3622d, #e39a68);
    --term-3: light-dark(#5c8a45, #97c67e);
    --term-4: light-dark(#8b5a97, #c493d0);
    color: var(--slide-rule-ink, inherit);
  }
  /* The host's own content keeps its lines. */
  :where(.root > :not(slot)) {
    word-break: keep-all;
    overflow-wrap: anywhere;
    line-height: 1.6;
  }
  /* A theme of its own needs an ink of its own; without one the host's colour stands. */
  .root:is([data-theme='light'], [data-theme='dark']) {
    --paper: var(--slide-rule-paper, Canvas);
    --ink: var(--slide-rule-ink, light-dark(#1c1f21, #e8e6e1));
    color: var(--ink);
    background: var(--paper);
  }
  .root[data-theme='light'] {
    color-scheme: light;
  }
  .root[data-theme='dark'] {
    color-scheme: dark;
  }
  /* What changes in a section lays out that section alone. Off the screen it is painted all the same: content-visibility
     would leave it out of pictures of the whole page. */
  section {
    contain: content;
    overflow-clip-margin: 0.5rem;
  }
  h2 {
    font-size: 1.25rem;
    line-height: 1.3;
    margin: 2.5rem 0 0.5rem;
    padding-top: 0.5rem;
    border-top: 1px solid var(--line);
  }
  h3 {
    font-size: 1rem;
    margin: 1.5rem 0 0.25rem;
  }
  h3:first-child,
  h2 + h3 {
    margin-top: 0;
  }
  p {
    margin: 0.5rem 0;
    max-width: 44rem;
  }
  .assumptions,
  .drop ul,
  section ul:not([class]) {
    margin: 0.25rem 0;
    padding-inline-start: 1.25rem;
    font-size: 0.875rem;
    max-width: 44rem;
  }
  small,
  .note,
  .source,
  caption {
    color: var(--quiet);
    font-size: 0.875rem;
  }
  small {
    font-weight: 400;
  }
  .answer {
    font-size: 1.25rem;
    line-height: 1.4;
  }
  a {
    color: var(--accent);
  }
  .number,
  .numeric {
    font-variant-numeric: tabular-nums;
  }
  .numeric {
    text-align: end;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
`;

export const styles = [textStyles, formStyles, tableStyles];
