// The element's style, as an adopted stylesheet: it passes a strict style-src, and the host's CSS does not reach it.

import { css } from 'lit';

export const styles = css`
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
    max-width: 22rem;
    min-width: 0;
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
  table {
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
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: start;
    gap: 0.5rem 1rem;
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
  .tools button:disabled {
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
    border-collapse: collapse;
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
  table.fit {
    min-width: 42rem;
    width: 100%;
  }
  table.fit th[scope='row'] {
    position: sticky;
    inset-inline-start: 0;
    background: var(--paper);
    min-width: 9rem;
    max-width: 16rem;
  }
  th.device {
    min-width: 6.75rem;
  }
  tr.chosen th[scope='row'] {
    box-shadow: inset 3px 0 var(--accent);
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
  td.cell button {
    display: grid;
    width: 100%;
    min-width: 6.5rem;
    border: 1px solid transparent;
    border-radius: 4px;
    padding: 0.25rem 0.5rem;
    text-align: start;
    line-height: 1.25;
  }
  td.cell button[aria-expanded='true'] {
    border-color: currentColor;
  }
  .cell .number {
    font-weight: 600;
  }
  .cell .outcome {
    font-size: 0.875rem;
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
  details > summary {
    cursor: pointer;
    min-height: 1.5rem;
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
  @container (max-width: 22rem) {
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
      width: 6rem;
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
  svg {
    display: block;
    max-width: 100%;
    height: auto;
  }
  svg text {
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
    /* On a phone the outcome comes first: what a method costs a parameter opens with its cell. */
    table.fit {
      min-width: 0;
    }
    table.fit :is(th, td).numeric {
      display: none;
    }
    table.fit th[scope='row'] {
      min-width: 6rem;
      max-width: 8rem;
      padding-inline-end: 0.25rem;
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
  @media (forced-colors: active) {
    td.cell button {
      border-color: CanvasText;
    }
  }
`;
