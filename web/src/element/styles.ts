// The element's style, as adopted stylesheets: they pass a strict style-src, and the host's CSS does not reach it. This
// room has the colours, the head of the page, text; the others follow in the order of the cascade.

import { css } from 'lit';
import { formStyles } from './form-styles';
import { frameStyles } from './frame-styles';
import { tableStyles } from './table-styles';

const textStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    font: inherit;
    color: inherit;
  }
  :host([hidden]) {
    display: none;
  }
  .root {
    --paper: var(--slide-rule-paper, Canvas);
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
    word-break: keep-all;
    overflow-wrap: anywhere;
    line-height: 1.6;
  }
  /* A theme of its own needs an ink of its own; without one the host's colour stands. */
  .root:is([data-theme='light'], [data-theme='dark']) {
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
  h1 {
    font-size: 1.75rem;
    line-height: 1.2;
    margin: 0 0 0.25rem;
  }
  /* Where there is room, what is set once stands beside the first words, and what is done beside the pages. */
  @container (min-width: 60rem) {
    header {
      display: flex;
      flex-wrap: wrap;
      align-items: start;
      justify-content: space-between;
      column-gap: 2rem;
    }
    header > :is(h1, .starts, .tools:has([open])) {
      flex-basis: 100%;
    }
    header > p {
      flex: 1 1 30rem;
    }
    header > .tools {
      margin-top: 0.375rem;
    }
    header > .settings {
      flex: 0 0 31rem;
      margin: 0;
    }
  }
  nav ul {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1.25rem;
    list-style: none;
    margin: 0.5rem 0;
    padding: 0;
  }
  nav a:not([href], [aria-current]) {
    color: var(--quiet);
  }
  nav a {
    display: inline-block;
    padding-block: 0.25rem;
  }
  .starts ul {
    gap: 0.5rem;
  }
  .starts p {
    margin: 1.5rem 0 0;
    color: var(--quiet);
  }
  .starts :is(a, button) {
    display: block;
    box-sizing: border-box;
    border: 1px solid var(--control);
    border-radius: 999px;
    background: var(--raised);
    color: inherit;
    min-height: 2rem;
    padding: 0.25rem 0.75rem;
    font-size: 0.875rem;
    line-height: 1.6;
    text-align: start;
    text-decoration: none;
  }
  .starts :is(a, button):hover {
    border-color: var(--accent);
    color: var(--accent);
  }
  nav a[aria-current] {
    color: inherit;
    font-weight: 600;
    text-decoration: none;
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

export const styles = [textStyles, formStyles, tableStyles, frameStyles];
