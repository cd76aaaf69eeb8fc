// The style of the calculator's table: its columns of cards, its cells as buttons.

import { css } from 'lit';

export const fitStyles = () => css`
  table.fit {
    width: 100%;
  }
  table.fit th[scope='row'] {
    position: sticky;
    inset-inline-start: 0;
    background: var(--paper);
    min-width: 8rem;
    max-width: 16rem;
  }
  /* Of a host's own paper nothing is known: what stands still while a table scrolls blurs what passes under it. */
  :host(:not([view='page'])) .root:not([data-theme='light'], [data-theme='dark']) table.fit th[scope='row'] {
    background: var(--slide-rule-paper, transparent);
    backdrop-filter: blur(0.75rem);
  }
  /* As wide as a cell, before there is one. */
  th.device {
    min-width: 5rem;
  }
  tr.chosen th[scope='row'] {
    box-shadow: inset 3px 0 var(--accent);
  }
  td.cell button {
    display: grid;
    width: 100%;
    min-width: 6rem;
    border: 1px solid transparent;
    border-radius: 4px;
    padding: 0.25rem 0.5rem;
    text-align: start;
    line-height: 1.25;
  }
  td.cell button[aria-expanded='true'] {
    border-color: currentColor;
  }
  .cell.fits button {
    background: var(--fits);
    color: var(--fits-ink);
  }
  .cell.tight button {
    background: var(--tight);
    color: var(--tight-ink);
  }
  .cell.does-not-fit button {
    background: var(--no);
    color: var(--no-ink);
  }
  @container (max-width: 40em) {
    /* Where there is little room the outcome comes first: what a method costs a parameter opens with its cell. */
    table.fit :is(th, td).numeric {
      display: none;
    }
    table.fit th[scope='row'] {
      min-width: 6rem;
      padding-inline-end: 0.25rem;
    }
  }
  @media (forced-colors: active) {
    td.cell button {
      border-color: CanvasText;
    }
  }
`;
