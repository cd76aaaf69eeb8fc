// A plot as an SVG template: curves (dashed outside the range they were fitted on), points, a level line, labels on
// them, a read-out by pointer and by keys. Everything it shows stands in a table underneath, too.

import { html, nothing, svg, type TemplateResult } from 'lit';
import { line } from 'd3-shape';
import type { Context } from '../views/context';
import { scaleOf, ticksOf, type AxisSpec, type Scale } from './axis';

export type Point = readonly [x: number, y: number];

export interface Curve {
  readonly id: string;
  readonly points: readonly Point[];
  /** The values of x it was fitted on; outside it is drawn dashed. Absent: drawn whole. */
  readonly fitted?: readonly [number, number] | undefined;
  /** Colour, by place in the palette; the accent where absent. */
  readonly tone?: number;
}

export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  /** What the reader has, what is wanted, or a published point. */
  readonly kind: 'given' | 'wanted' | 'published';
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
  readonly words: { readonly fitted: string; readonly extrapolated: string };
  readonly read?: (x: number) => Reading | undefined;
  /** What the line under the plot says while nothing is read. */
  readonly atRest?: string;
  readonly readLabel?: string;
}

const margin = { top: 26, right: 14, bottom: 40, left: 34 };

export function plot(ctx: Context, spec: PlotSpec): TemplateResult {
  const inner = {
    left: margin.left,
    right: spec.width - margin.right,
    top: margin.top,
    bottom: spec.height - margin.bottom,
  };
  const x = scaleOf(spec.x, [inner.left, inner.right]);
  const y = scaleOf(spec.y, [inner.bottom, inner.top]);
  const reading = ctx.ui.reading?.plot === spec.id ? spec.read?.(ctx.ui.reading.x) : undefined;
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
        ${axes(spec, x, y, inner)} ${spec.level ? level(spec.level, y, inner) : nothing}
        ${spec.curves.map((c) => curve(c, x, y, spec))} ${spec.marks.map((m) => mark(m, x, y, inner))}
        ${reading ? crosshair(reading, x, y, inner) : nothing}
      </svg>
      ${spec.read ? reader(ctx, spec, x, reading) : nothing}
    </div>
    ${spec.read ? html`<p class="reading ${reading ? 'live' : ''}" aria-hidden="true">${reading?.text ?? spec.atRest}</p>` : nothing}
  </div>`;
}

interface Inner {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function axes(spec: PlotSpec, x: Scale, y: Scale, inner: Inner): TemplateResult<2> {
  return svg`<g class="grid" aria-hidden="true">
    ${ticksOf(spec.y, y, 26).map(
      (t) => svg`<line x1=${inner.left} x2=${inner.right} y1=${t.at} y2=${t.at}></line>
        <text class="tick end" x=${inner.left - 6} y=${t.at + 4}>${t.label}</text>`,
    )}
    ${ticksOf(spec.x, x, 44).map(
      (t) => svg`<line x1=${t.at} x2=${t.at} y1=${inner.top} y2=${inner.bottom + 4}></line>
        <text class="tick middle" x=${t.at} y=${inner.bottom + 18}>${t.label}</text>`,
    )}
    <text class="axis-label" x="0" y="12">${spec.y.label}</text>
    <text class="axis-label end" x=${inner.right} y=${spec.height - 4}>${spec.x.label}</text>
  </g>`;
}

function level(l: { y: number; label: string }, y: Scale, inner: Inner): TemplateResult<2> {
  const at = y(l.y);
  return svg`<g class="level">
    <line x1=${inner.left} x2=${inner.right} y1=${at} y2=${at}></line>
    <text x=${inner.left + 4} y=${at - 5}>${l.label}</text>
  </g>`;
}

function curve(c: Curve, x: Scale, y: Scale, spec: PlotSpec): TemplateResult<2> {
  const path = line<Point>()
    .x((p) => round(x(p[0])))
    .y((p) => round(y(p[1])));
  const [low, high] = c.fitted ?? [-Infinity, Infinity];
  const pieces = [
    { points: c.points.filter((p) => p[0] <= low), dashed: true },
    { points: c.points.filter((p) => p[0] >= low && p[0] <= high), dashed: false },
    { points: c.points.filter((p) => p[0] >= high), dashed: true },
  ].filter((p) => p.points.length > 1);
  const label = (points: readonly Point[], dashed: boolean) =>
    alongLine(points, dashed ? spec.words.extrapolated : spec.words.fitted, dashed ? 0.95 : 0.5, x, y);
  return svg`<g class="curve tone-${c.tone ?? 0}">
    ${pieces.map((p) => svg`<path class=${p.dashed ? 'extrapolated' : 'fitted'} d=${path([...p.points]) ?? ''}></path>`)}
    ${c.fitted ? pieces.map((p) => label(p.points, p.dashed)) : nothing}
  </g>`;
}

/** A word along a piece of a line, where it is long enough to carry it; beyond the middle it ends there. */
function alongLine(
  points: readonly Point[],
  text: string,
  place: number,
  x: Scale,
  y: Scale,
): TemplateResult<2> | typeof nothing {
  const first = points[0];
  const last = points[points.length - 1];
  if (!first || !last) return nothing;
  const [x0, y0, x1, y1] = [x(first[0]), y(first[1]), x(last[0]), y(last[1])];
  if (Math.hypot(x1 - x0, y1 - y0) < textWidth(text) + 16) return nothing;
  const angle = (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI;
  const [cx, cy] = [round(x0 + place * (x1 - x0)), round(y0 + place * (y1 - y0))];
  return svg`<text
    class="along ${place > 0.5 ? 'end' : 'middle'}"
    transform="translate(${cx} ${cy}) rotate(${round(angle)})"
    y="-6"
  >${text}</text>`;
}

/** Wide enough for what is set in 12 px: Hangul is about as wide as high, Latin half that. */
function textWidth(text: string): number {
  return [...text].reduce((sum, c) => sum + (/\p{Script=Hangul}/u.test(c) ? 12 : 6.5), 0);
}

function mark(m: Mark, x: Scale, y: Scale, inner: Inner): TemplateResult<2> {
  const at = { x: round(x(m.x)), y: round(y(m.y)) };
  const width = textWidth(m.label) + 12;
  if (m.kind === 'wanted') {
    // Its value stands at the foot of the line that drops to the axis, on the side that has room.
    const onRight = at.x + width < inner.right;
    return svg`<g class="mark wanted">
      <line x1=${at.x} x2=${at.x} y1=${at.y} y2=${inner.bottom}></line>
      <circle cx=${at.x} cy=${at.y} r="5"></circle>
      <text class=${onRight ? '' : 'end'} x=${at.x + (onRight ? 5 : -5)} y=${inner.bottom - 6}>${m.label}</text>
    </g>`;
  }
  // A falling line leaves room above a point on its right, and below it on its left.
  const onRight = at.x + width < inner.right;
  return svg`<g class="mark ${m.kind}">
    <circle cx=${at.x} cy=${at.y} r=${m.kind === 'given' ? 5.5 : 4}></circle>
    <text class=${onRight ? '' : 'end'} x=${at.x + (onRight ? 9 : -9)} y=${at.y + (onRight ? -8 : 17)}>${m.label}</text>
  </g>`;
}

function crosshair(r: Reading, x: Scale, y: Scale, inner: Inner): TemplateResult<2> {
  const [cx, cy] = [round(x(r.x)), round(y(r.y))];
  return svg`<g class="crosshair" aria-hidden="true">
    <line x1=${cx} x2=${cx} y1=${inner.top} y2=${inner.bottom}></line>
    <line x1=${inner.left} x2=${cx} y1=${cy} y2=${cy}></line>
    <circle cx=${cx} cy=${cy} r="4"></circle>
  </g>`;
}

/** The transparent slider over the plot: pointer, touch and arrow keys move the read-out along the curve. */
function reader(ctx: Context, spec: PlotSpec, x: Scale, reading: Reading | undefined): TemplateResult {
  const [low, high] = spec.x.domain;
  const log = spec.x.kind === 'log';
  const position = (v: number) => (log ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low));
  const valueAt = (p: number) => (log ? low * (high / low) ** p : low + p * (high - low));
  const show = (v: number) => {
    const inside = Math.min(high, Math.max(low, v));
    // Three digits: what is shown is what was asked, and the same place is asked once.
    ctx.setUi({ reading: { plot: spec.id, x: Number(inside.toPrecision(3)) } });
  };
  const clear = () => ctx.setUi({ reading: undefined });
  const at = ctx.ui.reading?.plot === spec.id ? ctx.ui.reading.x : (spec.marks[0]?.x ?? valueAt(0.5));
  const follow = (e: PointerEvent) => {
    const box = (e.currentTarget as Element).getBoundingClientRect();
    show(x.invert(((e.clientX - box.left) / box.width) * spec.width));
  };
  const keys: Record<string, number> = {
    ArrowRight: 0.01,
    ArrowUp: 0.01,
    ArrowLeft: -0.01,
    ArrowDown: -0.01,
    PageUp: 0.1,
    PageDown: -0.1,
    Home: -Infinity,
    End: Infinity,
  };
  const press = (e: KeyboardEvent) => {
    const step = keys[e.key];
    if (e.key === 'Escape') clear();
    if (step === undefined) return;
    e.preventDefault();
    show(step === -Infinity ? low : step === Infinity ? high : valueAt(position(at) + step));
  };
  return html`<div
    class="reader"
    role="slider"
    tabindex="0"
    aria-label=${spec.readLabel ?? spec.x.label}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${Math.round(100 * Math.min(1, Math.max(0, position(at))))}
    aria-valuetext=${reading?.text ?? spec.read?.(at)?.text ?? nothing}
    @pointermove=${follow}
    @pointerdown=${follow}
    @pointerleave=${clear}
    @keydown=${press}
    @blur=${clear}
  ></div>`;
}

const round = (v: number) => Math.round(v * 10) / 10;
