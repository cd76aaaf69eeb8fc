// What stands only beside laws, runs and the table of GPT-3: comparisons, editions, answers, a fit's progress.

import { css } from 'lit';

export const lawStyles = () => css`
  .beside {
    display: grid;
    grid-template-columns: minmax(0, 9fr) minmax(0, 11fr);
    gap: 2rem;
    align-items: start;
  }
  table.answers {
    min-width: min(100%, 30rem);
  }
  .answers td {
    font-weight: 600;
  }
  .answers .problem {
    font-weight: 400;
  }
  .strip .range {
    stroke: var(--accent);
    stroke-width: 6;
    stroke-opacity: 0.3;
  }
  .editions {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr));
    gap: 0.125rem 1.5rem;
  }
  .editions details[open] {
    grid-column: 1 / -1;
  }
  .editions summary {
    padding: 0.25rem 0 0.25rem 1.125rem;
    text-indent: -1.125rem;
  }
  dl {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 0.125rem 1rem;
    margin: 0.5rem 0;
    font-size: 0.875rem;
  }
  dt {
    color: var(--quiet);
  }
  dd {
    margin: 0;
  }
  .use-law {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 1rem;
  }
  .use-law a {
    padding-block: 0.125rem;
  }
  del {
    color: var(--quiet);
  }
  ins {
    text-decoration: none;
    font-weight: 600;
  }
  @container (max-width: 30em) {
    /* Where the columns have no room, words stand in lines of their own and figures, three a line, each under its label. */
    table.folds,
    .folds :is(caption, thead, tbody:not([hidden])) {
      display: block;
    }
    .folds tr {
      display: grid;
      grid-template-columns: repeat(3, minmax(0, 1fr));
      column-gap: 0.625rem;
      padding: 0.25rem 0;
      border-bottom: 1px solid var(--line);
    }
    table.folds :is(th, td) {
      border: 0;
      padding: 0.0625rem 0;
    }
    .folds :is(th, td):not(.numeric) {
      grid-column: 1 / -1;
    }
    .folds td:empty {
      display: none;
    }
    .folds thead {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    .folds .numeric::before {
      content: attr(data-label);
      display: block;
      white-space: normal;
      color: var(--quiet);
      font-size: 0.8125rem;
    }
    .folds.of-4 tr {
      grid-template-columns: repeat(4, minmax(0, 1fr));
    }
  }
  .compare thead .numeric {
    width: 5.5rem;
  }
  .compare td:nth-last-child(2):not(.numeric) {
    min-width: 7rem;
  }
  .compare td:last-child {
    min-width: 9rem;
  }
  @container (44em < width <= 56em) {
    /* Where the last column would be cut, the picture of a column that stands in figures, too, is left out. */
    .compare td:has(.strip),
    .compare .scale {
      display: none;
    }
  }
  @container (max-width: 44em) {
    .compare.stack td.numeric {
      flex-wrap: nowrap;
    }
    .answers,
    .answers tbody {
      display: block;
    }
    .answers caption {
      display: block;
    }
    .answers tr {
      display: block;
      padding: 0.375rem 0;
      border-bottom: 1px solid var(--line);
    }
    .answers th,
    .answers td {
      display: block;
      border: 0;
      padding: 0.0625rem 0;
    }
    dl {
      grid-template-columns: 1fr;
    }
    dt {
      margin-top: 0.375rem;
    }
  }
  .fit-status {
    margin-block-end: 1rem;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 1rem;
    min-height: 2.25rem;
  }
  .fit-status p {
    flex: 1 0 100%;
    max-width: none;
    margin: 0;
    font-variant-numeric: tabular-nums;
  }
  .fit-status progress {
    flex: 0 1 12rem;
    accent-color: var(--accent);
  }
  .formulas {
    overflow-x: auto;
  }
`;
