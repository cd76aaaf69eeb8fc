// Bytes as bars: the terms of one moment side by side, or of every phase one under another, with the card's memory as
// a line.

import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Phase, Term } from '../../engine/engine';
import { bytes } from '../../format/format';
import { idKey } from '../../i18n/index';
import type { Context } from '../context';
import { familyOf } from './terms';

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

function segments(ctx: Context, terms: readonly Term[], x: Scale, y: number, height: number) {
  let at = 0;
  return terms.map((term) => {
    const left = x(at);
    at += term.bytes;
    const name = `${ctx.t(idKey('term', term.id))} ${bytes(term.bytes, ctx.unit, ctx.lang)}`;
    return svg`<rect class="term-${familyOf(term.id)}" x=${left} y=${y}
      width=${Math.max(x(at) - left - 1, 0.5)} height=${height}><title>${name}</title></rect>`;
  });
}

export function termBar(
  ctx: Context,
  terms: readonly Term[],
  total: number,
  marks: readonly Mark[],
): TemplateResult {
  const width = Math.min(ctx.width, 960);
  const x = scaleTo(width - 2, total, ...marks.map((m) => m.bytes));
  const bar = 30;
  // Labels stand on the near side of their lines, the outermost line lowest, so that none crosses another's label.
  const rows = [...marks].sort((a, b) => a.bytes - b.bytes);
  if (rows.every((m) => x(m.bytes) <= width / 2)) rows.reverse();
  const said = onDevice(terms).map(
    (t) => `${ctx.t(idKey('term', t.id))} ${bytes(t.bytes, ctx.unit, ctx.lang)}`,
  );
  const description = [...said, ...marks.map((m) => m.label)].join(', ');
  return html`<svg
    class="bytes"
    viewBox="0 0 ${width} ${bar + 8 + 18 * marks.length}"
    role="img"
    aria-label=${description}
  >
    ${segments(ctx, onDevice(terms), x, 4, bar)}
    ${rows.map((mark, i) => markLine(mark, x, width, bar + 8, i))}
  </svg>`;
}

function markLine(mark: Mark, x: Scale, width: number, bottom: number, row: number) {
  const at = Math.max(1, Math.min(x(mark.bytes), width - 1));
  const end = at > width / 2;
  return svg`<g class="mark ${mark.kind}">
    <line x1=${at} x2=${at} y1="0" y2=${bottom + 18 * row + 12}></line>
    <text x=${at + (end ? -5 : 5)} y=${bottom + 18 * row + 12} text-anchor=${end ? 'end' : 'start'}>${mark.label}</text>
  </g>`;
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
  const named = (p: Phase) => `${ctx.t(idKey('phase', p.id))} ${bytes(p.bytes, ctx.unit, ctx.lang)}`;
  return html`<svg
    class="bytes timeline"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label=${ctx.t('bytes.timeline-description', {
      phases: phases.map(named).join(', '),
      peak: ctx.t(idKey('phase', peak)),
    })}
  >
    ${phases.map(
      (p, i) => svg`<g class=${p.id === peak ? 'peak' : ''}>
        <text x="0" y=${i * row + 14}>${named(p)}${p.id === peak ? ` · ${ctx.t('bytes.peak')}` : ''}</text>
        ${segments(ctx, p.terms ?? [], x, i * row + 19, 14)}
      </g>`,
    )}
    ${capacity ? markLine(capacity, x, width, phases.length * row + 2, 0) : nothing}
  </svg>`;
}
