// A plot as an SVG template: curves (dashed outside the range they were fitted on), bands, points, a level line,
// labels on all of them, a read-out by pointer and by keys. The same numbers stand in a table underneath.

import { html, nothing, svg, type TemplateResult } from 'lit';
import { area, line } from 'd3-shape';
import { noted } from '../state/noted';
import type { Context } from '../views/context';
import { scaleOf, ticksOf, type AxisSpec, type Scale, type Tick } from './axis';
import { freeLabels, overlaps, round, textWidth, type Box } from './labels';
import {
  alongCurve,
  curveNames,
  dot,
  isInside,
  valueBeside,
  type Name,
  type Placed,
  type Value,
} from './names';
import { reader } from './reader';

export type Point = readonly [x: number, y: number];

export interface Curve {
  readonly id: string;
  readonly points: readonly Point[];
  /** The values of x it was fitted on; outside it is drawn dashed. Absent: drawn whole. */
  readonly fitted?: readonly [number, number] | undefined;
  /** Lower and upper ends of the interval at each x. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[] | undefined;
  /** What it is called, and where along its points (0 … 1) the name stands. */
  readonly label?: string | undefined;
  readonly labelAt?: number;
  /** On the line, or clear of it. */
  readonly labelSide?: 'on' | 'above' | 'below';
  /** Drawn in the accent, in quiet ink, or as a fine line of reference. */
  readonly tone?: 'accent' | 'quiet' | 'fine' | 'strong';
}

export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  /** What the reader has, what is wanted, a published point, one that counts apart (hollow), or one of many runs. */
  readonly kind: 'given' | 'wanted' | 'published' | 'apart' | 'run';
}

export interface Reading {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export interface PlotSpec {
  readonly id: string;
  /** One sentence that says what the plot shows. */
  readonly title: string;
  /** The same in words, for those who do not see it. */
  readonly description: string;
  readonly x: AxisSpec;
  readonly y: AxisSpec;
  readonly curves: readonly Curve[];
  readonly marks: readonly Mark[];
  /** A horizontal line through the plot. */
  readonly level?: { readonly y: number; readonly label: string } | undefined;
  readonly width: number;
  readonly height: number;
  /** Words along the two kinds of pieces of a curve; without them nothing is written there. */
  readonly words?: { readonly fitted: string; readonly extrapolated: string };
  /** What stands at x (of a plane: at x and y), or nothing where there is no answer. */
  readonly read?: (x: number, y: number) => Reading | undefined;
  /** Both axes are read, not a curve. */
  readonly plane?: boolean;
  /** What the line under the plot says while nothing is read. */
  readonly atRest?: string;
  readonly readLabel?: string;
}

export interface Inner {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const margin = { top: 26, right: 14, bottom: 40, left: 34 };

/** As wide as the style sheet lets a plot be: a wider drawing would be made smaller, its words with it. */
export const widestPlot = 672;

export function plot(ctx: Context, spec: PlotSpec): TemplateResult {
  const widest = Math.max(
    ...ticksOf(spec.y, scaleOf(spec.y, [spec.height, 0]), 26).map((t) => textWidth(t.label)),
    0,
  );
  const inner = {
    left: Math.max(margin.left, widest + 10),
    right: spec.width - margin.right,
    top: margin.top,
    bottom: spec.height - margin.bottom,
  };
  const x = scaleOf(spec.x, [inner.left, inner.right]);
  const y = scaleOf(spec.y, [inner.bottom, inner.top]);
  const at = noted(() => (ctx.ui.reading?.plot === spec.id ? ctx.ui.reading : undefined));
  const reading = at && spec.read?.(at.x, at.y);
  const names = curveNames(spec, x, y, inner);
  const strokes = (curves: readonly Curve[]) =>
    curves.filter((c) => c.tone !== 'fine').flatMap((c) => alongCurve(c, x, y));
  // Of a plane's many lines, where there is room among them, the one that is the answer.
  const isWide = spec.plane && inner.right - inner.left > 400;
  const answers = strokes(spec.curves.filter((c) => !(isWide && c.tone === 'quiet')));
  const placed = placedMarks(spec, x, y, inner, names, answers);
  const taken = [
    { ...inner, top: inner.bottom, bottom: spec.height },
    ...names.flatMap((n) => n ?? []),
    ...placed.flatMap((m) => [dot(m.px, m.py), ...(m.value ? [m.value.box] : [])]),
    ...placed.filter((m) => m.kind === 'wanted').map((m) => atFoot(m, inner).box),
  ];
  const name = ctx.id(`plot-${spec.id}`);
  return html`<div class="plot">
    <div class="canvas">
      <svg
        viewBox="0 0 ${spec.width} ${spec.height}"
        role="img"
        aria-labelledby="${name}-title"
        aria-describedby="${name}-desc"
        data-plot=${spec.id}
      >
        <title id="${name}-title">${spec.title}</title>
        <desc id="${name}-desc">${spec.description}</desc>
        <clipPath id="${name}-clip">
          <rect
            x=${inner.left}
            y=${inner.top}
            width=${inner.right - inner.left}
            height=${inner.bottom - inner.top}
          ></rect>
        </clipPath>
        ${axes(spec, x, y, inner)}
        <g clip-path="url(#${name}-clip)">
          ${spec.curves.map((c) => band(c, x, y))} ${spec.curves.map((c) => lines(c, x, y))}
        </g>
        ${spec.level ? level(spec.level, spec, x, y, inner) : nothing}
        ${spec.curves.map((c, i) => curveLabels(c, x, y, spec, names[i], taken))}
        ${marks(placed, inner, [...taken, ...answers], strokes(spec.curves))}
        ${reading ? crosshair(reading, x, y, inner) : nothing}
      </svg>
      ${spec.read ? reader(ctx, spec, x, y, at, reading) : nothing}
    </div>
    ${
      spec.read
        ? html`<p class="reading ${reading ? 'live' : ''}" aria-hidden="true">
            ${reading?.text ?? spec.atRest}
          </p>`
        : nothing
    }
  </div>`;
}

/** As many as their labels leave room for. */
function ticksBeside(axis: AxisSpec, scale: Scale) {
  let ticks = ticksOf(axis, scale, 44);
  // Fewer may be longer; those of a log axis stand unevenly.
  for (
    let spacing = 52;
    spacing < 400 && !areApart(ticks, (scale.range()[1] ?? 0) + margin.right);
    spacing *= 1.2
  )
    ticks = ticksOf(axis, scale, spacing);
  return ticks;
}

/** The last stands nearer where it would leave the drawing. */
const areApart = (ticks: readonly Tick[], edge: number) =>
  ticks.every((t, i) => {
    const before = ticks[i - 1];
    const half = textWidth(t.label) / 2;
    return !before || Math.min(t.at, edge - half) - before.at >= half + textWidth(before.label) / 2 + 8;
  });

function axes(spec: PlotSpec, x: Scale, y: Scale, inner: Inner): TemplateResult<2> {
  return svg`<g class="grid" aria-hidden="true">
    ${ticksOf(spec.y, y, 26).map(
      (t) => svg`<line x1=${inner.left} x2=${inner.right} y1=${round(t.at)} y2=${round(t.at)}></line>
        <text class="end" x=${inner.left - 6} y=${round(t.at + 4)}>${t.label}</text>`,
    )}
    ${ticksBeside(spec.x, x).map(
      (t) => svg`<line x1=${round(t.at)} x2=${round(t.at)} y1=${inner.top} y2=${inner.bottom + 4}></line>
        <text class="middle" x=${round(Math.min(t.at, spec.width - textWidth(t.label) / 2))} y=${inner.bottom + 18}>${t.label}</text>`,
    )}
    <text x="0" y="12">${spec.y.label}</text>
    <text class="end" x=${inner.right} y=${spec.height - 4}>${spec.x.label}</text>
  </g>`;
}

/** Its label stands where no curve runs: over the line or under it, at its beginning or at its end. */
function level(
  l: { y: number; label: string },
  { curves }: PlotSpec,
  x: Scale,
  y: Scale,
  inner: Inner,
): TemplateResult<2> {
  const at = round(y(l.y));
  const width = textWidth(l.label);
  const taken = curves.flatMap((c) => alongCurve(c, x, y));
  const places = [at - 5, at + 14].flatMap((foot) =>
    [inner.left + 4, inner.right - 4 - width].map((left) => ({
      left,
      right: left + width,
      top: foot - 10,
      bottom: foot + 2,
    })),
  );
  const free = places.find((place) => !taken.some((box) => overlaps(box, place))) ?? places[0];
  return svg`<g class="level">
    <line x1=${inner.left} x2=${inner.right} y1=${at} y2=${at}></line>
    ${free ? svg`<text x=${round(free.left)} y=${free.bottom - 2}>${l.label}</text>` : nothing}
  </g>`;
}

interface Piece {
  readonly points: readonly Point[];
  readonly dashed: boolean;
}

/** The curve cut where its fitted range begins and ends; the cut points belong to both sides. */
function pieces(c: Curve): readonly Piece[] {
  const [low, high] = c.fitted ?? [-Infinity, Infinity];
  const points = [...c.points, ...[low, high].flatMap((x) => pointAt(c.points, x))].sort(
    (a, b) => a[0] - b[0],
  );
  return [
    { points: points.filter((p) => p[0] <= low), dashed: true },
    { points: points.filter((p) => p[0] >= low && p[0] <= high), dashed: false },
    { points: points.filter((p) => p[0] >= high), dashed: true },
  ].filter((p) => p.points.length > 1);
}

/** Where the drawn line crosses x: a place on the screen between two samples, on log paper. */
function pointAt(points: readonly Point[], x: number): readonly Point[] {
  const after = points.findIndex((p) => p[0] > x);
  const [before, next] = [points[after - 1], points[after]];
  if (!before || !next || before[0] === x) return [];
  const share = Math.log(x / before[0]) / Math.log(next[0] / before[0]);
  return [[x, before[1] * (next[1] / before[1]) ** share]];
}

function lines(c: Curve, x: Scale, y: Scale): TemplateResult<2> {
  const path = line<Point>()
    .x((p) => round(x(p[0])))
    .y((p) => round(y(p[1])));
  return svg`<g class="curve ${c.tone ?? 'accent'}">
    ${(c.fitted ? pieces(c) : [{ points: c.points, dashed: false }]).map(
      (p) => svg`<path class=${p.dashed ? 'extrapolated' : 'fitted'} d=${path([...p.points]) ?? ''}></path>`,
    )}
  </g>`;
}

function band(c: Curve, x: Scale, y: Scale): TemplateResult<2> | typeof nothing {
  if (!c.band || c.band.length < 2) return nothing;
  const path = area<readonly [number, number, number]>()
    .x((p) => round(x(p[0])))
    .y0((p) => round(y(p[1])))
    .y1((p) => round(y(p[2])));
  return svg`<path class="band" d=${path([...c.band]) ?? ''}></path>`;
}

function curveLabels(
  c: Curve,
  x: Scale,
  y: Scale,
  { words }: PlotSpec,
  name: Name | undefined,
  marked: readonly Box[],
): TemplateResult<2> {
  const onLine = words && c.fitted ? pieces(c) : [];
  return svg`<g class="curve ${c.tone ?? 'accent'}">
    ${onLine.map((p) => alongLine(p, p.dashed ? words?.extrapolated : words?.fitted, x, y, marked))}
    ${name ? svg`<text class="name middle" x=${name.cx} y=${name.cy}>${c.label}</text>` : nothing}
  </g>`;
}

/**
 * A word along a piece of a line, over it or under it, where that is long enough to carry it and no mark is near; on a
 * dashed piece as far out as can be.
 */
function alongLine(piece: Piece, text = '', x: Scale, y: Scale, marked: readonly Box[]): unknown {
  const points = piece.points.map((p) => [x(p[0]), y(p[1])] as const);
  const width = textWidth(text);
  const end = piece.dashed ? 1 : 0.5;
  const found = (piece.dashed ? [0.95, 0.85, 0.75, 0.65, 0.55] : [0.5, 0.35, 0.65])
    .flatMap((place) => [-6, 16].map((dy) => ({ ...along(points, place), dy })))
    .find(({ at, angle, before, after, dy }) => {
      if (before < end * width + 8 || after < (1 - end) * width) return false;
      const reach = Array.from({ length: 9 }, (_, i) => (i / 8 - end) * width);
      return !reach.some((by) => {
        const [left, top] = [at[0] + by * Math.cos(angle), at[1] + by * Math.sin(angle) + dy - 10];
        return marked.some((box) => overlaps(box, { left, right: left, top, bottom: top + 12 }));
      });
    });
  if (!found) return nothing;
  const { at, angle, dy } = found;
  return svg`<text
    class="along ${piece.dashed ? 'end' : 'middle'}"
    transform="translate(${round(at[0])} ${round(at[1])}) rotate(${round((angle * 180) / Math.PI)})"
    y=${dy}
  >${text}</text>`;
}

/** A place between the ends of a line: its point, how the line runs there, and how far off the ends are. */
function along(points: readonly Point[], place: number) {
  const last = points.length - 1;
  const next = Math.max(1, Math.ceil(place * last));
  const [a = [0, 0], b = a] = [points[next - 1], points[next]];
  const share = place * last - (next - 1);
  const at: Point = [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
  const to = ([px, py]: Point = at) => Math.hypot(px - at[0], py - at[1]);
  const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
  return { at, angle, before: to(points[0]), after: to(points[last]) };
}

interface PlacedMark extends Placed {
  /** Beside what the reader has. */
  readonly value?: Value;
}

function placedMarks(
  spec: PlotSpec,
  x: Scale,
  y: Scale,
  inner: Inner,
  names: readonly (Name | undefined)[],
  lines: readonly Box[],
): readonly PlacedMark[] {
  const placed = spec.marks
    .map((m) => ({ ...m, px: round(x(m.x)), py: round(y(m.y)) }))
    .filter((m) => isInside(m.px, m.py, inner));
  const levelAt = spec.level && y(spec.level.y);
  const taken = [
    ...names.flatMap((n) => n ?? []),
    ...placed.filter((m) => m.kind !== 'given').map((m) => dot(m.px, m.py)),
    ...(levelAt === undefined ? [] : [{ ...inner, top: levelAt - 1, bottom: levelAt + 1 }]),
  ];
  return placed.map((m) =>
    m.kind === 'given' ? { ...m, value: valueBeside(m, placed, inner, taken, lines) } : m,
  );
}

function marks(
  placed: readonly PlacedMark[],
  inner: Inner,
  taken: readonly Box[],
  lines: readonly Box[],
): TemplateResult<2> {
  const isOwn = (m: Mark) => m.kind === 'given' || m.kind === 'wanted';
  const published = placed.filter((m) => !isOwn(m));
  return svg`${published.map((m) => svg`<g class="mark ${m.kind}"><circle cx=${m.px} cy=${m.py} r="4"></circle></g>`)}
    ${freeLabels(
      published.filter((m) => m.label !== ''),
      placed.filter((m) => m.kind !== 'run'),
      inner,
      taken,
      lines,
    ).map(
      (l) => svg`<g class="mark published"><text class=${l.anchor} x=${l.x} y=${l.y}>${l.text}</text></g>`,
    )}
    ${placed.filter(isOwn).map((m) => (m.value ? given(m, m.value) : wanted(m, inner)))}`;
}

/** The value of what is wanted, of bold text of 13 px. */
function atFoot({ px, label }: Placed, inner: Inner): Value {
  const width = textWidth(label) * 1.15;
  const onRight = px + width + 12 < inner.right;
  const [x, y] = [px + (onRight ? 5 : -5), inner.bottom - 6];
  const left = onRight ? x : x - width;
  return {
    x,
    y,
    anchor: onRight ? 'start' : 'end',
    box: { left, right: left + width, top: y - 12, bottom: y + 3 },
  };
}

/** What is wanted: a ring whose value stands at the foot of the line that drops to the axis, where there is room. */
function wanted(m: Placed, inner: Inner): TemplateResult<2> {
  const { anchor, x, y } = atFoot(m, inner);
  return svg`<g class="mark wanted">
    <line x1=${m.px} x2=${m.px} y1=${m.py} y2=${inner.bottom}></line>
    <circle cx=${m.px} cy=${m.py} r="5"></circle>
    <text class=${anchor} x=${x} y=${y}>${m.label}</text>
  </g>`;
}

/** What the reader has. */
function given({ px, py, label }: Placed, value: Value): TemplateResult<2> {
  return svg`<g class="mark given">
    <circle cx=${px} cy=${py} r="5.5"></circle>
    <text class=${value.anchor} x=${value.x} y=${value.y}>${label}</text>
  </g>`;
}

function crosshair(r: Reading, x: Scale, y: Scale, inner: Inner): TemplateResult<2> {
  const [cx, cy] = [round(x(r.x)), round(y(r.y))];
  return svg`<g class="crosshair" aria-hidden="true">
    <line x1=${cx} x2=${cx} y1=${inner.top} y2=${inner.bottom}></line>
    <line x1=${inner.left} x2=${inner.right} y1=${cy} y2=${cy}></line>
    <circle cx=${cx} cy=${cy} r="4"></circle>
  </g>`;
}
