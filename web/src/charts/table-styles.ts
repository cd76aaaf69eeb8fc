// What stands beside and below the plots: their tables and figures.

import { css } from 'lit';

export const figureStyles = () => css`
  /* A table is as wide as its plot, which may stand beside another. */
  .data {
    container-type: inline-size;
  }
  .data td:nth-last-child(2):not(.numeric) {
    min-width: 7rem;
  }
  .data td:first-child:not([colspan]) {
    white-space: nowrap;
  }
  .data summary {
    font-size: 0.875rem;
    color: var(--quiet);
  }
  button.figure {
    border: 0;
    background: none;
    padding: 0.125rem 0;
    min-height: 1.5rem;
    text-align: inherit;
    text-decoration: underline dotted var(--control);
    text-underline-offset: 4px;
  }
  button.figure:hover,
  button.figure[aria-expanded='true'] {
    text-decoration: underline solid var(--accent);
  }
  b {
    font-weight: 600;
  }
  .tag {
    display: inline-block;
    white-space: nowrap;
    text-indent: 0;
    border: 1px dashed var(--control);
    border-radius: 3px;
    padding: 0 0.3rem;
  }
  /* Where links are all that a cell holds: a finger's width high, in the row's own room. */
  td > a {
    display: inline-block;
    padding-block: 0.25rem;
    margin-block: -0.25rem;
  }
  table.compact {
    font-size: 0.875rem;
  }
  table.compact th,
  table.compact td {
    padding: 0.25rem 0.5rem;
  }
  .strip {
    min-width: 110px;
  }
  .strip line {
    stroke: var(--line);
  }
  .strip circle {
    fill: var(--accent);
  }
  .aside p {
    margin: 0.25rem 0;
  }
  .nowrap {
    white-space: nowrap;
  }
  sup,
  sub {
    font-size: 0.75em;
    line-height: 0;
  }
  h4 {
    font-size: 1rem;
    margin: 0 0 0.25rem;
  }
  table.laws {
    width: 100%;
    max-width: 52rem;
  }
  .laws :is(th, td).numeric {
    overflow-wrap: normal;
    white-space: normal;
  }
  .laws .number {
    white-space: nowrap;
  }
  .laws small.formula {
    display: block;
  }
  @container (min-width: 30em) {
    .scroll table.compact th[scope='row']:not(.numeric) {
      min-width: 6rem;
    }
  }
  @container (max-width: 30em) {
    table.compact :is(th, td) {
      padding-inline: 0.25rem;
    }
    table.compact :is(th, td):first-child {
      padding-inline-start: 0;
    }
    table.compact :is(th, td):last-child {
      padding-inline-end: 0;
    }
  }
  @container (max-width: 20em) {
    .scroll > .compact {
      width: 100%;
    }
    .compact:not(.stack, .folds) :is(th, td) {
      padding-inline: 0.1875rem;
      font-size: 0.8125rem;
    }
  }
  @container (max-width: 44em) {
    table.stack,
    .stack tbody,
    .stack caption {
      display: block;
    }
    .stack thead {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    .stack tr {
      display: grid;
      grid-template-columns: 1fr auto;
      padding: 0.375rem 0;
      border-bottom: 1px solid var(--line);
    }
    table.stack :is(th, td) {
      grid-column: 1 / -1;
      border: 0;
      padding: 0.1875rem 0;
    }
    .stack td {
      display: flex;
      flex-wrap: wrap;
      justify-content: end;
      gap: 0.125rem 0.75rem;
      white-space: normal;
    }
    .stack td::before {
      content: attr(data-label);
      margin-inline-end: auto;
      color: var(--quiet);
      text-align: start;
    }
    .stack .formula {
      display: inline;
    }
  }
  @media (forced-colors: active) {
    .curve,
    .curve.quiet,
    .curve.fine {
      --tone: CanvasText;
    }
    .curve path,
    .bar rect {
      stroke: CanvasText;
    }
    .plot svg text {
      fill: CanvasText;
      stroke: Canvas;
    }
    .given circle {
      fill: Highlight;
    }
  }
  @media print {
    .reader,
    .reading {
      display: none;
    }
    .plots {
      break-inside: avoid;
    }
  }
  @container (max-width: 16em) {
    .stack tr {
      display: block;
    }
    .nowrap,
    .laws .number,
    .stack td > span {
      white-space: normal;
    }
  }
  .answer[data-room] {
    display: grid;
  }
  .answer[data-room]::after {
    content: attr(data-room);
    visibility: hidden;
  }
  .answer > span,
  .answer::after {
    grid-area: 1 / 1;
  }
  .bar {
    width: 100%;
    max-width: 45rem;
    margin: 0.75rem 0;
  }
  .bar rect {
    fill: var(--term);
  }
`;
