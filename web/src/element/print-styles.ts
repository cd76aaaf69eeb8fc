// On paper: inputs as text, results and sources; nothing to press.

import { css } from 'lit';

export const printStyles = css`
  .print-only {
    display: none;
  }
  @media print {
    /* Paper is white, whatever a screen is. */
    .root.root.root {
      --slide-rule-paper: #fff;
      --slide-rule-ink: #000;
      --slide-rule-quiet: initial;
      --slide-rule-accent: initial;
      --slide-rule-line: initial;
      background: var(--paper);
      color-scheme: light;
    }
    .print-only {
      display: block;
      overflow-wrap: anywhere;
    }
    nav,
    .tools,
    .offline,
    .starts,
    .bar-line,
    .settings,
    .save,
    .reader,
    .search,
    .tip,
    .gap,
    .keys,
    button:not(.figure, .link, td button),
    .drop,
    .fields:not(:has(select, [type='text'])),
    .field:has([type='search'], [type='file']),
    label:has([type='checkbox']:not(:checked), [type='radio']:not(:checked)) {
      display: none;
    }
    .picks {
      max-height: none;
    }
    .root :is(input, select, textarea) {
      appearance: none;
      background: none;
      border: 0;
      color: inherit;
      font-weight: 600;
      min-height: 0;
      padding: 0;
    }
    input::placeholder {
      color: transparent;
    }
    .field:has(input[type='text']:placeholder-shown) {
      display: none;
    }
    .scroll.scroll {
      overflow: visible;
      max-height: none;
    }
    .block,
    .scroll {
      contain: none;
    }
    .long {
      content-visibility: visible;
    }
    tbody[hidden] {
      display: table-row-group;
    }
    table {
      font-size: 0.8em;
    }
    /* No unit and no verdict is larger than its number. */
    table small,
    .root .scroll td.cell .outcome {
      font-size: inherit;
    }
    /* Else every sheet that a table goes over ends with its total. */
    tfoot {
      display: table-row-group;
    }
    section,
    figure,
    tr {
      break-inside: avoid;
    }
    section:has(table) {
      break-inside: auto;
    }
    a[href^='http']::after {
      content: ' (' attr(href) ')';
      font-size: 0.85em;
    }
  }
`;
