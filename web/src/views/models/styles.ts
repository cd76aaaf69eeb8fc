// What only the page of models draws.

import { css } from 'lit';

export const modelStyles = () => css`
  .root {
    --term-5: light-dark(#2f8f8a, #6cc9c2);
    --term-6: light-dark(#a8862a, #dcc06a);
    --term-7: light-dark(#7a7f83, #9aa1a6);
    --term-8: light-dark(#b0527a, #e291b4);
  }
  .term-activations {
    --term: var(--term-4);
  }
  .term-kv {
    --term: var(--term-5);
  }
  .term-logits {
    --term: var(--term-6);
  }
  .term-adapters {
    --term: var(--term-8);
  }
  .term-overhead {
    --term: var(--term-7);
  }

  .field.narrow {
    flex: 1 1 7rem;
    max-width: 9rem;
  }
  textarea,
  input[type='file'] {
    font: inherit;
    color: inherit;
    min-width: 0;
    width: 100%;
    box-sizing: border-box;
  }
  textarea {
    font-family: ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace;
    font-size: max(0.875rem, 14px);
    background: var(--raised);
    border: 1px solid var(--control);
    border-radius: 4px;
    padding: 0.375rem 0.5rem;
    resize: vertical;
  }
  textarea[aria-invalid='true'] {
    border-color: var(--no-ink);
    border-width: 2px;
  }
  .drop {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1.5rem;
    border: 1px dashed var(--control);
    border-radius: 6px;
    padding: 0.75rem;
    margin: 0.75rem 0;
  }
  .drop .field {
    flex: 1 1 18rem;
    max-width: none;
  }
  .drop .result {
    flex: 1 1 100%;
  }
  .drop .result:empty {
    display: none;
  }
  ul.formats {
    list-style: none;
    display: flex;
    flex-wrap: wrap;
    gap: 0 1.25rem;
    padding: 0;
    font-variant-numeric: tabular-nums;
  }
  code {
    font-family: ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace;
    font-size: 0.9em;
  }

  .columns {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
    gap: 1rem 2.5rem;
    margin: 1rem 0;
  }
  .columns > div {
    min-width: 0;
  }
  dl.facts {
    display: grid;
    grid-template-columns: fit-content(50%) minmax(0, 1fr);
    margin: 0;
    line-height: 1.3;
    font-variant-numeric: tabular-nums;
  }
  dl.facts > * {
    border-bottom: 1px solid var(--line);
    padding: 0.375rem 0;
    margin: 0;
    min-width: 0;
  }
  dl.facts dt {
    color: var(--quiet);
    padding-inline-end: 1rem;
  }
  /* Where a formula opens it takes the whole width. */
  .facts dd:has(> details[open]) {
    grid-column: 1 / -1;
    padding-top: 0;
  }
  .facts dt:has(+ dd > details[open]) {
    border: 0;
    padding-bottom: 0;
  }
  tr.quiet :is(th, td) {
    color: var(--quiet);
    font-weight: 400;
    font-size: 0.875rem;
    padding-top: 0;
    white-space: normal;
  }

  fieldset.tabs {
    border: 0;
    padding: 0;
    margin: 1rem 0 0.75rem;
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem;
    min-width: 0;
  }
  .tabs label {
    font-size: 1rem;
    font-weight: 400;
    cursor: pointer;
  }
  .tabs input {
    position: absolute;
    opacity: 0;
    width: 1px;
    height: 1px;
  }
  .tabs span {
    display: block;
    border: 1px solid var(--control);
    border-radius: 4px;
    padding: 0.25rem 0.875rem;
    background: var(--raised);
  }
  .tabs input:checked + span {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--paper);
    font-weight: 600;
  }
  .tabs input:focus-visible + span {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }
  fieldset.group {
    border: 0;
    border-top: 1px solid var(--line);
    margin: 0.75rem 0 0;
    padding: 0.25rem 0 0;
    min-width: 0;
  }
  fieldset.group legend {
    color: var(--quiet);
    padding: 0 0.75rem 0 0;
  }
  fieldset.group .fields {
    margin: 0.25rem 0;
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 12rem), 1fr));
  }
  details.more {
    margin: 0.75rem 0;
  }
  details.more > summary {
    color: var(--accent);
  }

  .peers :is(th, td) {
    vertical-align: top;
  }
  .peers td:last-child {
    min-width: 16rem;
  }
  .peers .how {
    contain: inline-size;
  }
  .peers summary {
    color: var(--quiet);
    font-size: 0.875rem;
  }
  .scroll.heat {
    /* Whether the head has two lines or four, the last row in sight is cut: there is more. */
    max-height: calc(3.25rem * 10.8 + 3rem);
    contain-intrinsic-size: auto 38.125rem;
    overflow: auto;
    overscroll-behavior: contain;
    border-block: 1px solid var(--line);
  }
  table.heat {
    width: 100%;
    max-width: none;
  }
  table.heat thead th {
    position: sticky;
    top: 0;
    z-index: 2;
    background: var(--paper);
    min-width: 6.5rem;
  }
  table.heat th:first-child {
    position: sticky;
    inset-inline-start: 0;
    z-index: 1;
    background: var(--paper);
    min-width: min(9rem, 45cqi);
    max-width: min(14rem, 45cqi);
  }
  table.heat thead th:first-child {
    z-index: 3;
  }
  table.heat .gap td {
    padding: 0;
    border: 0;
  }
  /* Nothing cuts its content: hundreds of cells would be layers of their own, and are as wide as their lines. */
  table.heat tbody tr:not(.gap) :is(th, td) {
    box-sizing: border-box;
    height: 3.25rem;
    padding: 0.125rem 0.5rem;
    white-space: nowrap;
  }
  table.heat tbody th > * {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    overflow-wrap: anywhere;
    white-space: normal;
    font-size: 0.875rem;
    line-height: 1.15;
  }
  table.heat td.cell {
    cursor: pointer;
    border: 2px solid var(--paper);
    border-radius: 6px;
    line-height: 1.25;
  }
  table.heat td.cell > span {
    display: block;
  }
  table.heat td.cell .outcome {
    font-size: 0.875rem;
  }
  table.heat td.cell small {
    color: inherit;
  }
  table.heat td:focus-visible {
    outline-offset: -3px;
  }
  table.heat td[aria-selected='true'] {
    border-color: currentColor;
  }
  td.fits,
  .tag.fits {
    background: var(--fits);
    color: var(--fits-ink);
  }
  td.tight,
  .tag.tight {
    background: var(--tight);
    color: var(--tight-ink);
  }
  td.does-not-fit,
  .tag.does-not-fit {
    background: var(--no);
    color: var(--no-ink);
  }
  td.not-possible {
    color: var(--quiet);
  }
  .action {
    border: 1px solid var(--accent);
    border-radius: 4px;
    background: none;
    color: var(--accent);
    min-height: 2.25rem;
    padding: 0.25rem 0.875rem;
  }
  ul.changes {
    list-style: none;
    padding: 0;
    margin: 0.5rem 0;
    max-width: 44rem;
  }
  .changes li {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 1rem;
    border-bottom: 1px solid var(--line);
    padding: 0.125rem 0;
  }
  .tag {
    align-self: center;
    border-radius: 4px;
    padding: 0 0.5rem;
    font-size: 0.875rem;
  }

  svg.bytes {
    width: 100%;
    margin: 1rem 0 0.5rem;
    overflow: hidden;
  }
  svg.bytes rect,
  .terms .swatch {
    fill: var(--tone);
    background: var(--tone);
    --tone: color-mix(in oklab, var(--ink) var(--step, 0%), var(--term));
    forced-color-adjust: none;
  }
  .step-1 {
    --step: 30%;
  }
  .step-2 {
    --step: 60%;
  }
  .step-3 {
    --step: 90%;
  }
  .mark line {
    stroke: var(--ink);
    stroke-width: 1.5;
  }
  .mark.taken line {
    stroke-dasharray: 3 3;
  }
  .mark.taken text {
    fill: var(--quiet);
  }
  /* The line of what is available runs behind them. */
  .timeline text {
    paint-order: stroke;
    stroke: var(--paper);
    stroke-width: 4px;
  }
  .timeline .peak {
    font-weight: 600;
  }
  @container (max-width: 56em) {
    /* Where the table would be cut each tool is a block: its name, three figures side by side, and why. */
    .peers :is(table, tbody, td:last-child) {
      display: block;
    }
    .peers thead {
      position: absolute;
      clip-path: inset(50%);
    }
    .peers tr {
      display: grid;
      grid-template-columns: repeat(3, 1fr);
      border-bottom: 1px solid var(--line);
      padding-block: 0.5rem;
    }
    .peers :is(th, td) {
      border: 0;
      padding: 0.125rem 0;
    }
    .peers th {
      grid-column: 1 / 3;
      font-weight: 600;
    }
    .peers th + td {
      text-align: end;
      color: var(--quiet);
    }
    .peers td.numeric {
      text-align: start;
    }
    .peers td.numeric::before {
      content: attr(data-label);
      display: block;
      color: var(--quiet);
      font-size: 0.875rem;
    }
    .peers td:last-child {
      grid-column: 1 / -1;
    }
  }
  /* In rows of two it is as wide as the others. */
  @container (max-width: 60em) {
    .narrow.half {
      flex-basis: 18rem;
      max-width: 26rem;
    }
  }
  @container (max-width: 30em) {
    table.heat th:first-child {
      min-width: 6.5rem;
      max-width: 7.5rem;
    }
    table.heat thead th {
      min-width: 5.5rem;
    }
    table.heat tbody th span {
      -webkit-line-clamp: 3;
    }
    table.heat tbody th small {
      display: none;
    }
    .field.narrow {
      max-width: none;
    }
  }
  @container (max-width: 22em) {
    .terms :is(th, td):last-child:not([colspan], :first-child) {
      display: none;
    }
    .terms thead .numeric {
      width: 6rem;
    }
    .changes .tag {
      margin-inline-start: auto;
    }
  }
  @media (forced-colors: active) {
    svg.bytes rect {
      stroke: CanvasText;
    }
    .tabs input:checked + span {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
`;
