// Where the names of curves, and the value beside the reader's point, stand clear of what is drawn.

import type { Scale } from './axis';
import { astray, overlaps, round, textWidth, type Box } from './labels';
import type { Curve, Inner, Mark, PlotSpec, Point } from './plot';

export interface Name extends Box {
  readonly cx: number;
  readonly cy: number;
}

/** Every curve's name: where it is asked for, or along the curve where it covers no point and no other name. */
export function curveNames(spec: PlotSpec, x: Scale, y: Scale, inner: Inner): readonly (Name | undefined)[] {
  const taken: Box[] = spec.marks.map((m) => dot(x(m.x), y(m.y)));
  return spec.curves.map((c) => {
    const { label, labelAt = 1 } = c;
    if (!label) return undefined;
    const shown = c.points
      .map((p) => [x(p[0]), y(p[1])] as const)
      .filter(([px, py]) => isInside(px, py, inner));
    const along = [0, -0.07, 0.07, -0.14, 0.14, -0.21, 0.21, -0.28, 0.28]
      .map((by) => labelAt + by)
      .filter((at) => at >= 0 && at <= 1);
    const [side, other] = sides[c.labelSide ?? 'on'];
    const on = (where: Side) => along.flatMap((at) => nameBox(label, where, shown, at, inner));
    const places = [...on(side), ...on(other)];
    // Among many lines of one kind a name can be missed.
    const found =
      places.find((place) => !taken.some((box) => overlaps(box, place))) ??
      (spec.plane ? undefined : places[0]);
    if (found) taken.push(found);
    return found;
  });
}

export const dot = (px: number, py: number): Box => ({
  left: px - 5,
  right: px + 5,
  top: py - 5,
  bottom: py + 5,
});

type Side = NonNullable<Curve['labelSide']>;
/** Where a name stands, and where else it may. */
const sides: Readonly<Record<Side, readonly [Side, Side]>> = {
  on: ['on', 'on'],
  above: ['above', 'below'],
  below: ['below', 'above'],
};

/** A curve's name at a place of what is seen of it, or beside it, kept inside the plot. */
function nameBox(
  text: string,
  where: Side,
  shown: readonly Point[],
  place: number,
  inner: Inner,
): readonly Name[] {
  const at = shown[Math.round(place * (shown.length - 1))];
  if (!at) return [];
  const half = textWidth(text) / 2;
  // Above a falling line a name begins over its place, above a rising one it ends there: so it stands close.
  const next = shown[Math.round(place * (shown.length - 1)) + 1] ?? at;
  const before = shown[Math.round(place * (shown.length - 1)) - 1] ?? at;
  const aside = where === 'above' ? Math.sign(next[1] - before[1]) * half : 0;
  const cx = round(Math.min(inner.right - half, Math.max(inner.left + half, at[0] + aside)));
  const under = [at[1], ...shown.filter(([px]) => Math.abs(px - cx) <= half).map(([, py]) => py)];
  const side = { on: at[1] + 4, above: Math.min(...under) - 7, below: Math.max(...under) + 16 };
  const cy = round(Math.min(inner.bottom - 4, Math.max(inner.top + 12, side[where])));
  return [{ cx, cy, left: cx - half, right: cx + half, top: cy - 10, bottom: cy + 2 }];
}

export const isInside = (px: number, py: number, inner: Inner) =>
  px >= inner.left - 1 && px <= inner.right + 1 && py >= inner.top - 1 && py <= inner.bottom + 1;

/** Where a curve runs, as small boxes: names of points keep off it. */
export function alongCurve(c: Curve, x: Scale, y: Scale): readonly Box[] {
  return c.points.slice(1).flatMap((to, i) => {
    const from = c.points[i] ?? to;
    const [x0, y0, x1, y1] = [x(from[0]), y(from[1]), x(to[0]), y(to[1])];
    const steps = Math.min(100, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 8));
    return Array.from({ length: steps }, (_, k) => {
      const [px, py] = [x0 + ((x1 - x0) * k) / steps, y0 + ((y1 - y0) * k) / steps];
      return { left: px - 1, right: px + 1, top: py - 1, bottom: py + 1 };
    });
  });
}

export interface Placed extends Mark {
  readonly px: number;
  readonly py: number;
}

export interface Value {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
  readonly box: Box;
}

/**
 * The value beside the reader's point: clear of names and points, nearest it of all of them, and clear of lines where
 * that can be. A falling line leaves room above it on its right, and below it on its left.
 */
export function valueBeside(
  m: Placed,
  all: readonly Placed[],
  inner: Inner,
  taken: readonly Box[],
  lines: readonly Box[],
): Value {
  // Of bold text of 13 px.
  const width = textWidth(m.label) * 1.15;
  const place = (side: 1 | -1, dy: number): Value => {
    const at = { x: m.px + 9 * side, y: m.py + dy };
    const [left, right] = side > 0 ? [at.x, at.x + width] : [at.x - width, at.x];
    const box = { left, right, top: at.y - 12, bottom: at.y + 3 };
    return { ...at, anchor: side > 0 ? 'start' : 'end', box };
  };
  const near = [place(1, -8), place(-1, 17), place(-1, -8), place(1, 17)];
  const far = [place(1, -22), place(-1, 31), place(-1, -22), place(1, 31)];
  const inside = [...near, ...far].filter(
    ({ box }) =>
      box.left >= inner.left && box.right <= inner.right && box.top >= 0 && box.bottom <= inner.bottom,
  );
  const on = (boxes: readonly Box[], box: Box) => boxes.filter((b) => overlaps(b, box)).length;
  // Far off, what may be read as another's is so even more.
  const weight = (v: Value) => (near.includes(v) ? 100 : 200);
  const covered = (v: Value) =>
    300 * on(taken, v.box) + weight(v) * astray(v.box, m, all) + Math.min(99, on(lines, v.box));
  const [best = place(1, -8)] = inside.sort((a, b) => covered(a) - covered(b));
  return best;
}
