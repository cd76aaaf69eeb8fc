// The slide rule's style: thin lines, tabular numerals, one hairline in the accent.

import { css } from 'lit';

export const ruleStyles = () => css`
  .rule {
    position: relative;
    margin: 1rem 0 0;
    border-block: 1px solid var(--control);
    overflow: hidden;
  }
  .rule .hairline {
    position: absolute;
    inset-block: 0;
    height: 100%;
    pointer-events: none;
  }
  .hairline line {
    stroke: var(--accent);
    stroke-width: 1.5;
  }
  /* Its room is kept: what stands below does not move while somebody types. */
  .rule + .stale {
    display: block;
    min-height: 1.2em;
    margin-block: 0;
    line-height: 1.2;
  }
  .rule + .stale:empty {
    border: 0;
  }
  .last {
    color: var(--quiet);
  }
  .rule.last .hairline line {
    stroke: var(--control);
  }
  .scale {
    display: grid;
    grid-template: 'label typed' auto 'strip strip' auto 'note note' auto / minmax(6.25rem, 1fr) minmax(
        0,
        12.5rem
      );
    align-items: center;
    padding-block: 0.25rem;
  }
  .scale + .scale {
    border-top: 1px solid var(--line);
  }
  .scale label {
    grid-area: label;
  }
  .typed {
    grid-area: typed;
    margin: 0;
    display: flex;
    gap: 0.25rem;
    position: relative;
    z-index: 1;
  }
  .typed input[type='text'] {
    min-height: 1.75rem;
    padding-block: 0;
    /* So that the border of a mistake has room in it. */
    line-height: 1.4;
  }
  /* Its note stands close below. */
  .typed input:focus-visible {
    outline-offset: -1px;
  }
  .pin {
    border: 1px solid transparent;
    border-radius: 4px;
    background: none;
    min-width: 2rem;
    display: grid;
    place-items: center;
  }
  .pin svg {
    fill: none;
    stroke: var(--control);
    stroke-width: 1.5;
  }
  .pin[aria-pressed='true'] svg {
    fill: var(--accent);
    stroke: var(--accent);
  }
  .pin:disabled {
    cursor: default;
    opacity: 0.4;
  }
  .strip {
    grid-area: strip;
    touch-action: pan-y;
    cursor: ew-resize;
    user-select: none;
    min-height: 24px;
  }
  .strip[aria-disabled] {
    cursor: not-allowed;
    opacity: 0.6;
  }
  .strip:focus-visible {
    outline-offset: -3px;
  }
  .strip > svg {
    mask-image: linear-gradient(to right, transparent, #000 20px calc(100% - 20px), transparent);
  }
  .strip svg text {
    text-anchor: middle;
    font-variant-numeric: tabular-nums;
  }
  .strip .numeral {
    font-size: 11px;
    fill: var(--quiet);
  }
  .strip .decade {
    font-size: 12px;
    fill: var(--ink);
  }
  .strip .named {
    font-size: 11px;
    fill: var(--quiet);
  }
  .ticks {
    stroke: var(--ink);
    stroke-width: 0.75;
  }
  .axis {
    stroke: var(--ink);
    stroke-width: 2;
    fill: none;
  }
  .axis.outside {
    stroke-width: 1;
    stroke-dasharray: 2 3;
  }
  .strip .faint {
    fill: var(--paper);
    fill-opacity: 0.6;
  }
  .strip .no {
    fill: var(--no-ink);
  }
  .strip .band {
    fill: var(--accent);
    fill-opacity: 0.28;
  }
  .scale .note {
    grid-area: note;
    position: relative;
    z-index: 1;
    justify-self: start;
    background: var(--paper);
    min-height: 1.3em;
    padding-top: 0.125rem;
    font-size: 0.75rem;
    line-height: 1.3;
  }
  /* A message takes the place of the note and leaves its room. */
  .scale .problem {
    display: grid;
  }
  .scale .problem > * {
    grid-area: 1 / 1;
  }
  .problem > span + span {
    visibility: hidden;
  }
  .rule.wide .scale {
    grid-template: 'label strip typed' auto 'label strip note' 1fr / 128px 1fr 212px;
    padding-block: 0.25rem;
  }
  .rule.wide .hairline {
    left: 128px;
  }
  .rule.wide :is(.typed, .note) {
    margin-inline-start: 8px;
  }
  /* No hairline crosses it here. */
  .rule.wide .note {
    min-height: 2.6em;
    background: none;
  }
  /* Of compute there is the most to say: its room is there before. */
  [data-scale='compute'] + .note {
    min-height: 2.6em;
  }
  .rule.wide [data-scale='compute'] + .note {
    min-height: 3.9em;
  }
  /* Two that are chosen, three that are typed. */
  .fields.five {
    max-width: 54rem;
  }
  .five > .field {
    flex-basis: 11rem;
    max-width: none;
  }
  .five > .field:has(> select) {
    flex-basis: max(50% - 0.5rem, 16rem);
  }
  @container (max-width: 16em) {
    /* Large text on a phone: a name, its value and its scale under one another. */
    .scale {
      grid-template: 'label' auto 'typed' auto 'strip' auto 'note' auto / minmax(0, 1fr);
      position: relative;
    }
    /* The value has the whole width; its pin stands beside the name. */
    .scale label {
      padding-inline-end: 2.5rem;
    }
    .typed {
      position: static;
    }
    .pin {
      position: absolute;
      inset: 0.25rem 0 auto auto;
      min-height: 2rem;
    }
  }
  @media print {
    .pin {
      display: none;
    }
    .typed input[type='text'] {
      border-color: transparent;
    }
    .rule * {
      print-color-adjust: exact;
    }
  }
  @media (forced-colors: active) {
    .hairline line {
      stroke: Highlight;
    }
  }
`;
