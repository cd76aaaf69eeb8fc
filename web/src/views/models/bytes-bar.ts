// Bytes as bars: the terms of one moment side by side, or of every phase one under another, with the card's memory as
// a line.

import { html, nothing, svg, type TemplateResult } from 'lit';
import { textWidth } from '../../charts/labels';
import type { Phase, Term } from '../../engine/engine';
import { bytes } from '../../format/format';
import { idKey } from '../../i18n/index';
import type { Context } from '../context';
import { toneOf } from './terms';

export interface Mark {
  readonly bytes: number;
  readonly label: string;
  readonly kind: 'capacity' | 'taken';
}

interface Scale {
  (bytes: number): number;
}

function scaleTo(width: number, ...values: readonly number[]): Scale {
  const most = Math.max(...values, 1);
  return (x) => (x / most) * width;
}

/** On the device only: what lies in host memory is no part of its bar. */
export const onDevice = (terms: readonly Term[]) => terms.filter((t) => !t.id.endsWith('-host'));

const withSize = (ctx: Context, kind: string, of: Term | Phase) =>
  `${ctx.t(idKey(kind, of.id))} ${bytes(of.bytes, ctx.unit, ctx.lang)}`;

/** Over a part stands its name where there is room. */
function segments(
  ctx: Context,
  terms: readonly Term[],
  x: Scale,
  y: number,
  height: number,
  hasRoom: (term: Term, nameWidth: number, left: number) => boolean,
) {
  let at = 0;
  return terms.map((term) => {
    const left = x(at);
    at += term.bytes;
    const width = x(at) - left - 1;
    const name = ctx.t(idKey('term', term.id));
    return svg`<rect class="term-${toneOf(term.id, terms)}" x=${left} y=${y}
      width=${Math.max(width, 0.5)} height=${height}><title>${withSize(ctx, 'term', term)}</title></rect>
      ${hasRoom(term, widthOf(name), left) ? svg`<text x=${left} y=${y - 5}>${name}</text>` : nothing}`;
  });
}

/** Of text of 13 px. */
const widthOf = (text: string) => textWidth(text) * 1.1;

export function termBar(
  ctx: Context,
  terms: readonly Term[],
  total: number,
  marks: readonly Mark[],
): TemplateResult {
  const width = Math.min(ctx.width, 960);
  const x = scaleTo(width - 2, total, ...marks.map((m) => m.bytes));
  const bar = 30;
  const said = onDevice(terms).map((t) => withSize(ctx, 'term', t));
  const description = [...said, ...marks.map((m) => m.label)].join(', ');
  return html`<svg
    class="bytes"
    viewBox="0 0 ${width} ${bar + 22 + 18 * marks.length}"
    role="img"
    aria-label=${description}
  >
    ${segments(ctx, onDevice(terms), x, 18, bar, (t, wide) => wide < x(t.bytes))}
    ${markLines(marks, x, width, bar + 22)}
  </svg>`;
}

/** Lines with their labels in rows below: beside its line where there is room that no line below crosses. */
function markLines(marks: readonly Mark[], x: Scale, width: number, top: number) {
  const placed = marks.map((mark) => ({
    mark,
    at: Math.max(1, Math.min(x(mark.bytes), width - 1)),
    wide: widthOf(mark.label),
  }));
  type Line = (typeof placed)[number];
  const sides = [
    { anchor: 'start', from: 5, share: 0 },
    { anchor: 'end', from: -5, share: 1 },
  ] as const;
  const beside = ({ at, wide }: Line, below: readonly Line[]) =>
    sides.find(({ from, share }) => {
      const left = at + from - share * wide;
      const crossed = below.some((l) => l.at > left - 3 && l.at < left + wide + 3);
      return left >= 0 && left + wide <= width && !crossed;
    });
  const orders = [placed, [...placed].reverse()];
  const rows = orders.find(([first, ...rest]) => first && beside(first, rest)) ?? placed;
  return rows.map((line, row) => {
    const { at, wide, mark } = line;
    const side = beside(line, rows.slice(row + 1));
    const bottom = top + 18 * row + 12;
    const middle = Math.max(wide / 2, Math.min(width - wide / 2, at));
    return svg`<g class="mark ${mark.kind}">
      <line x1=${at} x2=${at} y1="15" y2=${side ? bottom : bottom - 13}></line>
      <text x=${side ? at + side.from : middle} y=${bottom} text-anchor=${side?.anchor ?? 'middle'}>${mark.label}</text>
    </g>`;
  });
}

/** The phases of a training step from top to bottom; the highest is named. */
export function timeline(
  ctx: Context,
  phases: readonly Phase[],
  peak: string,
  capacity: Mark | undefined,
): TemplateResult {
  const width = Math.min(ctx.width, 960);
  const row = 40;
  const x = scaleTo(width - 2, ...phases.map((p) => p.bytes), capacity?.bytes ?? 0);
  const height = phases.length * row + (capacity ? 18 : 0);
  const named = (p: Phase) => withSize(ctx, 'phase', p);
  const listed = phases.find((p) => p.id === peak)?.terms ?? [];
  return html`<svg
    class="bytes timeline"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label=${ctx.t('bytes.timeline-description', {
      phases: phases.map(named).join(', '),
      peak: ctx.t(idKey('phase', peak)),
    })}
  >
    ${phases.map((p, i) => {
      const terms = p.terms ?? [];
      // The table names what the peak is made of.
      const other = terms.find((t) => x(t.bytes) > 24 && !listed.some(({ id }) => id === t.id));
      return segments(
        ctx,
        terms,
        x,
        i * row + 19,
        14,
        (t, wide, left) => t === other && left > widthOf(named(p)) && left + wide < width,
      );
    })}
    ${capacity ? markLines([capacity], x, width, phases.length * row + 2) : nothing}
    ${phases.map(
      (p, i) =>
        svg`<text class=${p.id === peak ? 'peak' : ''} x="0" y=${i * row + 12}>${named(p)}${p.id === peak ? ` · ${ctx.t('bytes.peak')}` : ''}</text>`,
    )}
  </svg>`;
}
