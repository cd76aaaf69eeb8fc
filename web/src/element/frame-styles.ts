// What goes round the sections: the answer that stays in view, the foot; then what narrow columns and forced colours change.

import { css } from 'lit';

export const frameStyles = css`
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
  h2 {
    scroll-margin-block: 3rem;
  }
  .root:has(> .bar-line) {
    display: flex;
    flex-direction: column;
  }
  @container (max-width: 40rem) {
    .bar-line {
      order: 1;
      inset-block: auto 0;
      border-block: 1px solid var(--line) 0;
    }
    footer {
      order: 1;
    }
  }
  @container (max-width: 16rem) {
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
  @container (max-width: 30rem) {
    /* On a phone a list to pick from scrolls by itself: what is under it is the answer. */
    .picks {
      grid-auto-rows: max-content;
      max-height: 14rem;
      overflow-y: auto;
    }
  }
  @container (max-width: 16rem) {
    /* Large text on a phone: a term's size and share stand under its name. */
    table.terms,
    table.terms > * {
      display: block;
    }
    table.terms tr {
      display: flex;
      flex-wrap: wrap;
    }
    table.terms tr > * {
      box-sizing: border-box;
      max-width: 100%;
    }
    table.terms tr > th[scope] {
      flex-basis: 100%;
    }
    .number {
      white-space: normal;
    }
  }
`;
