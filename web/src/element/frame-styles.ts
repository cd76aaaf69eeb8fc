// What only a page has round its sections: title, settings, tools, the answer that stays in view, the foot.

import { css } from 'lit';

export const frameStyles = () => css`
  /* This sheet: see sheetToSave. */
  :host > svg {
    display: none;
  }
  h1 {
    font-size: 1.75rem;
    line-height: 1.2;
    margin: 0 0 0.25rem;
  }
  /* Where there is room, what is set once stands beside the first words, and what is done beside the pages. */
  @container (min-width: 60em) {
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
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: start;
    gap: 0.5rem 1rem;
  }
  .tools button[aria-disabled] {
    color: var(--quiet);
    opacity: 0.7;
    cursor: default;
  }
  .tools summary {
    min-height: 2rem;
    line-height: 2rem;
  }
  /* One row, or two where it would cut what is chosen. */
  .fields.settings {
    gap: 0.5rem;
    max-width: 32rem;
  }
  .settings .field {
    flex: 1 1 8rem;
  }
  .settings .field:last-child {
    flex-basis: 10.5rem;
  }
  .settings select {
    inline-size: 100%;
  }
  .tools .copy[open] {
    flex-basis: 100%;
  }
  .tools .copy .fields {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .embed {
    border: 1px solid var(--line);
    border-radius: 6px;
    margin: 0.5rem 0;
    min-width: 0;
  }
  .embed .forms {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1rem;
    margin-block: 0.5rem;
  }
  .embed .forms label {
    min-height: 1.5rem;
  }
  .embed textarea {
    box-sizing: border-box;
    display: block;
    font:
      0.85rem/1.4 ui-monospace,
      monospace;
    margin-block: 0.25rem 0.5rem;
    width: 100%;
  }
  .bar-line {
    position: sticky;
    inset-block-start: 0;
    z-index: 2;
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.75rem;
    background: var(--paper);
    border-bottom: 1px solid var(--line);
    margin-block-start: 0.5rem;
    padding-block: 0.375rem;
    font-size: 0.875rem;
    line-height: 1.4;
    font-variant-numeric: tabular-nums;
  }
  /* Whatever has the focus stands clear of the bar. */
  :is(h2, h3, button, input, select, textarea, summary, a, [tabindex]) {
    scroll-margin-block: 4.5rem;
  }
  .root:has(> .bar-line) {
    display: flex;
    flex-direction: column;
  }
  @container (max-width: 40em) {
    .bar-line {
      order: 1;
      inset-block: auto 0;
      border-block: 1px solid var(--control);
      /* As few lines as there can be. */
      display: block;
      font-size: 0.75rem;
    }
    footer {
      order: 1;
    }
  }
  @container (max-width: 16em) {
    /* Large text on a phone: the bar stays where it stands. */
    .bar-line {
      position: static;
    }
  }
  footer {
    margin-top: 3rem;
    border-top: 1px solid var(--line);
    color: var(--quiet);
    font-size: 0.875rem;
  }
`;
