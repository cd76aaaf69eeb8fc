// Where the names of points fit without covering one another.

import type { Inner } from './plot';

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Wide enough for what is set in 12 px: Hangul is about as wide as high, Latin half that, signs between them. */
export function textWidth(text: string): number {
  return [...text].reduce(
    (sum, c) => sum + (/\p{Script=Hangul}/u.test(c) ? 12 : /[%−]/u.test(c) ? 11 : 6.8),
    0,
  );
}

/** In lines of letters of this size, none wider. */
export function wrapped(text: string, width: number, size: number): string[] {
  const lines = [''];
  for (const word of text.split(/(?<= )/u)) {
    const longer = lines[lines.length - 1] + word;
    if (textWidth(longer.trim()) * size > width * 12) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => line.trim());
}

/** To a tenth of a pixel. */
export const round = (v: number) => Math.round(v * 10) / 10;

export interface Label {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly text: string;
}

interface Named {
  readonly px: number;
  readonly py: number;
  readonly label: string;
}

export const overlaps = (a: Box, b: Box) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** As how many others' it may be read what stands in the box: they are less than a third as far again from it. */
export function astray(box: Box, own: Named, all: readonly Named[]): number {
  const away = ({ px, py }: Named) =>
    Math.hypot(Math.max(box.left - px, 0, px - box.right), Math.max(box.top - py, 0, py - box.bottom));
  // What lies under the point is no other place.
  return all.filter((p) => Math.hypot(p.px - own.px, p.py - own.py) > 6 && away(p) < 1.3 * away(own)).length;
}

const around = [
  [8, 4, 'start'],
  [-8, 4, 'end'],
  [7, -5, 'start'],
  [0, -8, 'middle'],
  [-7, -5, 'end'],
  [7, 14, 'start'],
  [0, 17, 'middle'],
  [-7, 14, 'end'],
] as const;

/**
 * Each name right of its point, else left, above or below it; left out where every place is taken or nearer another of
 * all the points. Clear of lines where that can be.
 */
export function freeLabels(
  points: readonly Named[],
  all: readonly Named[],
  inner: Inner,
  taken: readonly Box[],
  lines: readonly Box[],
): readonly Label[] {
  const boxes = [...taken];
  return points.flatMap((p) => {
    // Capitals, of which names of models have many, are wider than letters; and the halo.
    const width = textWidth(p.label) * 1.08 + 2;
    const places = around.map(([dx, dy, anchor]) => ({ x: p.px + dx, y: p.py + dy, anchor, text: p.label }));
    const free = places.filter((place) => {
      const box = boxOf(place, width);
      const inside = box.left >= inner.left && box.right <= inner.right && box.top >= inner.top;
      const isFree = inside && box.bottom <= inner.bottom && !boxes.some((b) => overlaps(b, box));
      return isFree && astray(box, p, all) === 0;
    });
    const found = free.find((place) => !lines.some((b) => overlaps(b, boxOf(place, width)))) ?? free[0];
    if (!found) return [];
    boxes.push(boxOf(found, width));
    return [found];
  });
}

function boxOf(label: Label, width: number): Box {
  const left = label.x - { start: 0, middle: width / 2, end: width }[label.anchor];
  return { left, right: left + width, top: label.y - 10, bottom: label.y + 2 };
}
