// How plots look. Lines thin, labels on the lines, one accent.

import { css } from 'lit';

export const plotStyles = () => css`
  .plots {
    display: grid;
    gap: 1.5rem;
    margin: 1.25rem 0;
  }
  .plots.columns-2 {
    grid-template-columns: repeat(2, minmax(0, 1fr));
  }
  .plots.columns-2 {
    column-gap: 2rem;
  }
  .plots.columns-3 {
    grid-template-columns: repeat(3, minmax(0, 1fr));
  }
  /* What changes beside a plot does not paint it anew. */
  .plots,
  .plot {
    contain: content;
    overflow-clip-margin: 0.5rem;
  }
  .plot {
    max-width: 42rem;
  }
  /* Titles of one, two or three lines: the plots below them stay level. Contained itself, none would be a subgrid. */
  .plots figure {
    max-width: 35rem;
    display: grid;
    /* No wider than its column, whatever the table below holds. */
    grid-template-columns: minmax(0, 1fr);
    grid-row: span 3;
    grid-template-rows: subgrid;
    row-gap: 0;
    align-content: start;
  }
  .plots figcaption {
    align-self: end;
  }
  .plots-source {
    margin-top: -0.75rem;
  }
  figcaption {
    font-weight: 600;
    line-height: 1.35;
    margin-bottom: 0.5rem;
  }
  figure .source {
    margin: 0.25rem 0;
    line-height: 1.35;
  }
  .canvas {
    position: relative;
  }
  .plot svg {
    width: 100%;
    overflow: visible;
  }
  .plot svg text {
    font-size: 12px;
    font-variant-numeric: tabular-nums;
    fill: var(--quiet);
    paint-order: stroke;
    stroke: var(--paper);
    stroke-width: 3px;
    stroke-linejoin: round;
  }
  .plot svg .end {
    text-anchor: end;
  }
  .plot svg .start {
    text-anchor: start;
  }
  .plot svg .middle {
    text-anchor: middle;
  }
  .grid line {
    stroke: var(--line);
    stroke-width: 1;
  }
  .curve {
    --tone: var(--accent);
  }
  .curve.strong {
    --tone: var(--ink);
  }
  .curve.quiet,
  .curve.fine {
    --tone: var(--quiet);
  }
  .curve path {
    fill: none;
    stroke: var(--tone);
    stroke-width: 2;
  }
  .curve.quiet path {
    stroke-width: 1.25;
  }
  .curve.fine path {
    stroke-width: 1;
    stroke-dasharray: 1 3;
  }
  .curve .extrapolated {
    stroke-dasharray: 5 4;
    stroke-width: 1.5;
  }
  .band {
    fill: var(--accent);
    fill-opacity: 0.15;
  }
  .plot svg .along,
  .plot svg .curve .name {
    fill: var(--tone);
  }
  /* The line stops before its name and goes on behind it. */
  .plot svg .curve .name {
    stroke-width: 7px;
  }
  .level line {
    stroke: var(--ink);
    stroke-width: 1;
  }
  .plot svg .level text,
  .plot svg .mark text {
    fill: var(--ink);
  }
  .plot svg .given text {
    font-weight: 600;
    font-size: 13px;
    stroke-width: 6px;
  }
  .given circle {
    fill: var(--accent);
    stroke: var(--paper);
    stroke-width: 2;
  }
  .wanted circle {
    fill: var(--paper);
    stroke: var(--ink);
    stroke-width: 1.5;
  }
  .wanted line {
    stroke: var(--ink);
    stroke-width: 1;
    stroke-dasharray: 1 3;
  }
  .apart circle {
    fill: none;
    stroke: var(--ink);
  }
  .published circle {
    fill: var(--ink);
  }
  .run circle {
    fill: var(--accent);
    fill-opacity: 0.55;
  }
  .crosshair line {
    stroke: var(--ink);
    stroke-width: 1;
  }
  .crosshair circle {
    fill: var(--ink);
    stroke: var(--paper);
    stroke-width: 1.5;
  }
  .reader {
    position: absolute;
    inset: 0;
    touch-action: pan-y;
    cursor: crosshair;
    border-radius: 4px;
  }
  .reading {
    margin: 0.25rem 0 0;
    min-height: 1.5em;
    line-height: 1.5;
    font-size: 0.875rem;
    font-variant-numeric: tabular-nums;
    color: var(--quiet);
  }
  .reading.live {
    color: var(--ink);
  }
`;
