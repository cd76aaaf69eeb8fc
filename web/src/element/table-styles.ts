// Tables with their cells as outcomes, formulas behind figures, the terms of memory and their colours.

import { css } from 'lit';

export const tableStyles = css`
  .scroll {
    /* What is hidden from sight inside scrolls with it. */
    position: relative;
    overflow-x: auto;
    margin: 0.75rem 0;
  }
  .scroll table {
    overflow-wrap: normal;
  }
  table {
    border-spacing: 0;
    line-height: 1.3;
    max-width: 100%;
  }
  caption {
    text-align: start;
    padding-bottom: 0.5rem;
  }
  th,
  td {
    padding: 0.375rem 0.625rem;
    border-bottom: 1px solid var(--line);
    text-align: start;
    vertical-align: middle;
    font-weight: 400;
  }
  td.numeric,
  th.numeric {
    text-align: end;
  }
  td.numeric {
    white-space: nowrap;
  }
  thead th {
    font-weight: 600;
    font-size: 0.875rem;
    vertical-align: bottom;
  }
  thead small {
    display: block;
  }
  tr.group th {
    font-size: 0.875rem;
    font-weight: 600;
    color: var(--quiet);
    padding-top: 1rem;
  }
  tfoot th,
  tfoot td {
    font-weight: 600;
    border-bottom: 0;
  }
  caption {
    max-width: 100cqi;
  }
  .link {
    border: 0;
    background: none;
    padding: 0.25rem 0;
    text-align: start;
    text-decoration: underline;
    text-decoration-color: var(--control);
    text-underline-offset: 3px;
    min-height: 1.5rem;
  }
  td.cell {
    padding: 2px;
  }
  .cell .number {
    font-weight: 600;
  }
  .cell .outcome {
    font-size: 0.875rem;
  }
  .panel,
  .how {
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: 6px;
    padding: 0.5rem 0.75rem;
    margin: 0.5rem 0;
    overflow-x: auto;
  }
  .how {
    font-size: 0.875rem;
    font-weight: 400;
  }
  .panel .how {
    border: 0;
    padding: 0;
    margin: 0;
  }
  .math {
    margin: 0.375rem 0;
    max-width: none;
    line-height: 1.8;
  }
  /* Words and numbers as in the text, whole. Named fonts: for Korean the generic one may have no brackets that grow. */
  math {
    padding-block: 0.125em;
    font-family: inherit;
    white-space: nowrap;
    overflow-wrap: normal;
  }
  mo {
    font-family: 'Cambria Math', 'STIX Two Math', 'Latin Modern Math', 'DejaVu Math TeX Gyre', math;
  }
  /* Without a font for formulas, browsers hardly lower it. */
  msub > :last-child {
    transform: translateY(0.15em);
  }
  details > summary {
    cursor: pointer;
    min-height: 1.5rem;
  }
  /* Where opening ends a containment of counters, the browser counts through the whole page. */
  details::details-content {
    contain: style;
  }

  /* A formula opens over the whole width of its list; the figures stay where they stand. */
  .listed {
    container-type: inline-size;
    max-width: 44rem;
  }
  table.terms {
    table-layout: fixed;
    width: 100%;
  }
  .terms thead .numeric {
    width: 6.5rem;
  }
  .terms thead .numeric:last-child {
    width: 4rem;
  }
  .terms :is(th, td) {
    vertical-align: top;
  }
  @container (max-width: 22em) {
    .terms :is(th, td) {
      padding-inline: 0.25rem;
    }
    .terms summary {
      --hang: 1.125rem;
    }
    .terms .swatch {
      margin: 0;
    }
    .terms thead .numeric {
      width: 5rem;
    }
    .terms thead .numeric:last-child {
      width: 3.25rem;
    }
  }
  /* A name that goes on in the next line goes on under its first letter. */
  .terms summary {
    padding-inline-start: var(--hang, 2.25rem);
    text-indent: calc(-1 * var(--hang, 2.25rem));
  }
  .terms details > .how {
    text-indent: 0;
  }
  .listed th .how {
    box-sizing: border-box;
    inline-size: calc(100cqi - 1.25rem);
    margin-inline-end: calc(1.25rem - 100cqi);
  }
  .swatch {
    display: inline-block;
    width: 0.75rem;
    height: 0.75rem;
    border-radius: 2px;
    margin-inline-end: 0.25rem;
  }
  figure {
    margin: 0;
    min-width: 0;
  }
  svg {
    display: block;
    max-width: 100%;
    height: auto;
    fill: var(--ink);
    font-size: 13px;
  }
  .term-weights {
    --term: var(--term-1);
  }
  .term-optimizer {
    --term: var(--term-2);
  }
  .term-gradients {
    --term: var(--term-3);
  }
  .term-overhead {
    --term: var(--term-4);
  }
  .swatch {
    background: var(--term);
  }
  @container (max-width: 16em) {
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
