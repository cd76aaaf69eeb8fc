// What is typed, chosen and pressed: fields with their messages, chosen cards and those to pick.

import { css } from 'lit';

export const formStyles = css`
  .fields {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem 1rem;
    margin: 0.75rem 0;
  }
  .field {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.125rem;
    align-content: start;
    flex: 1 1 13rem;
    max-width: 22.5rem;
    min-width: 0;
    margin: 0;
  }
  .field:has(> select) {
    flex-basis: 18rem;
    max-width: 26rem;
  }
  .field.wide {
    flex-basis: 20rem;
    max-width: 30rem;
  }
  /* Many inputs of one kind stand in columns. */
  .fields.even {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr));
  }
  .even > .field {
    max-width: none;
  }
  @container (min-width: 60em) {
    .even > :first-child:has(> select) {
      grid-column: span 2;
    }
  }
  label,
  legend {
    font-size: 0.875rem;
    font-weight: 600;
  }
  input[type='text'],
  input[type='search'],
  textarea,
  select {
    font: inherit;
    font-size: max(1rem, 16px);
    color: inherit;
    background: var(--raised);
    border: 1px solid var(--control);
    border-radius: 4px;
    padding: 0.3rem 0.5rem;
    min-height: 2.25rem;
    min-width: 0;
    width: 100%;
    box-sizing: border-box;
    font-variant-numeric: tabular-nums;
  }
  select {
    text-overflow: ellipsis;
    padding-inline-end: 0.125rem;
  }
  .field.table {
    max-width: 44rem;
    margin: 0.75rem 0;
  }
  :is(input, progress) {
    accent-color: var(--accent);
  }
  textarea {
    font-family: ui-monospace, monospace;
    font-size: 0.875rem;
    line-height: 1.4;
    white-space: pre;
    resize: vertical;
  }
  input[type='file'] {
    font: inherit;
    font-size: 0.875rem;
    max-width: 100%;
    min-height: 2.25rem;
  }
  input[aria-invalid='true'] {
    border-color: var(--no-ink);
    border-width: 2px;
  }
  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }
  .problem,
  .stale {
    color: var(--no-ink);
    font-size: 0.875rem;
  }
  .problem:empty,
  .note:empty,
  .stale:empty {
    display: none;
  }
  .stale {
    border-inline-start: 3px solid var(--no-ink);
    padding-inline-start: 0.5rem;
  }
  .notice {
    border: 1px solid var(--accent);
    border-radius: 6px;
    background: var(--raised);
    padding: 0.25rem 0.75rem 0.5rem;
    margin: 0 0 1rem;
  }
  .aside {
    border-inline-start: 3px solid var(--accent);
    padding-inline-start: 0.75rem;
  }
  /* What moves as a whole, or lies beside what changes, is not painted anew. */
  .chips,
  .block,
  .scroll {
    contain: content;
    overflow-clip-margin: 0.5rem;
  }
  table,
  .scroll tbody tr {
    isolation: isolate;
  }
  /* Two hundred cards are laid out and painted where somebody looks at them. */
  .long {
    content-visibility: auto;
    contain-intrinsic-size: auto 30rem;
  }
  .chips {
    list-style: none;
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    padding: 0;
    margin: 0.75rem 0;
  }
  .chips.long {
    margin-block: 0.5rem;
    contain-intrinsic-size: auto 9rem;
    will-change: transform;
  }
  .chips li {
    display: flex;
    align-items: center;
    gap: 0.25rem;
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--raised);
    padding: 0.125rem 0.125rem 0.125rem 0.625rem;
  }
  .chips input.count {
    width: 3.5rem;
    min-height: 2rem;
    padding: 0 0.375rem;
  }
  .times {
    color: var(--quiet);
    font-weight: 400;
  }
  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
  }
  .tools button,
  .offline button,
  .notice button {
    background: none;
    border: 1px solid var(--line);
    border-radius: 6px;
    min-height: 2rem;
    padding: 0 0.75rem;
  }
  .use,
  .save button {
    border: 1px solid var(--line);
    border-radius: 4px;
    background: var(--raised);
    min-height: 1.75rem;
    padding: 0 0.5rem;
    font-size: 0.875rem;
  }
  .save {
    font-size: 0.875rem;
    color: var(--quiet);
  }
  .remove {
    border: 0;
    background: none;
    min-width: 2rem;
    min-height: 2rem;
    color: var(--quiet);
  }
  .picks {
    border: 1px solid var(--line);
    border-radius: 6px;
    margin: 0.5rem 0;
    padding: 0.25rem 0.75rem 0.5rem;
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr));
    gap: 0 1rem;
    min-width: 0;
  }
  .pick {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-height: 2rem;
    font-weight: 400;
    font-size: 1rem;
  }
  .pick input {
    width: 1.125rem;
    height: 1.125rem;
    flex: none;
  }
  @container (max-width: 40em) {
    /* Where a list to pick from has one column it scrolls by itself: what is under it is the answer. */
    .picks {
      grid-auto-rows: max-content;
      /* Its last row is cut: there is more. */
      max-height: 13.5rem;
      overflow-y: auto;
    }
  }
`;
