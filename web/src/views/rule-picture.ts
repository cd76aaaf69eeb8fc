// What of the slide rule is drawn: each scale under the hairline, and all of them as one picture.

import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Picture } from '../charts/picture';
import { engraving, line, placeOf, stripHeight } from '../charts/scale';
import { wrapped } from '../charts/labels';
import type { ScaleReading, SlideRule } from '../engine/engine';
import { idKey } from '../i18n/index';
import { coreNames, ruleReply, scales } from '../state/rule';
import type { Context } from './context';
import type { Grip } from './rule-moves';
import { scaleSpec } from './rule-scales';
import { shownState } from './shown-state';
import { beside, told } from './rule-words';

/** The scale shifted until its value lies under the hairline. */
export function strip(
  { id, spec, value, hair }: Grip,
  reading: ScaleReading | undefined,
  shown: SlideRule | undefined,
  engrave: (shift: number) => unknown,
) {
  // A value beyond the scale stands at its end.
  const at = Math.min(spec.high, Math.max(spec.low, value ?? Math.sqrt(spec.low * spec.high)));
  const shift = hair - placeOf(spec, at);
  const band = reading?.interval;
  const { fittedLow, fittedHigh } = reading ?? {};
  const end = placeOf(spec, spec.high);
  const place = (v: number | undefined, otherwise: number) =>
    v === undefined ? otherwise : Math.min(end, Math.max(0, placeOf(spec, v)));
  // What no card holds, and what the law never reaches.
  const [noFrom, noTo] =
    id === 'memory' && shown?.fit
      ? [place(shown.fit.availableBytes, end), end]
      : id === 'loss' && shown
        ? [0, place(shown.floor, 0)]
        : [0, 0];
  const low = place(fittedLow, 0);
  const high = place(fittedHigh, end);
  // Outside the fitted range the engraving is faint and its line dashed.
  const faint = (from: number, to: number) =>
    svg`<rect class="faint" x=${from} y=${line - 16} width=${to - from} height="16"></rect>`;
  return svg`<g transform="translate(${Math.round(shift * 10) / 10} 0)">
    ${engrave(shift)}
    ${fittedHigh === undefined ? nothing : [faint(0, low), faint(high, end)]}
    <path class="axis outside" d="M0 ${line}H${end}"></path>
    <path class="axis" d="M${low} ${line}H${high}"></path>
    <rect class="no" x=${noFrom} y=${line + 1} width=${noTo - noFrom} height="3"></rect>
    ${band ? svg`<rect class="band" x=${place(band.low, 0)} width=${place(band.high, end) - place(band.low, 0)} height=${stripHeight}></rect>` : nothing}
  </g>`;
}

/** Where the scales stand in the picture: their names on one side, their values on the other. */
const left = 124;
const width = 408;
const right = left + width + 12;
const whole = right + 212;

export const rulePicture = (ctx: Context): Picture => ({
  name: 'rule',
  title: ctx.t('instrument.title'),
  width: whole,
  draw: allScales,
  state: () => shownState(ctx),
});

function allScales(ctx: Context): TemplateResult {
  const { t } = ctx;
  const { shown, from, isLast } = ruleReply(ctx.store);
  const pins = ctx.store.values['rule.pin'].filter((pin) => from && coreNames[pin] in from.given);
  const hair = Math.round(ctx.ui.hairline * width);
  let height = 0;
  const rows = scales.map((id, i) => {
    const reading = shown?.scales[i];
    const grip = { id, spec: scaleSpec(ctx, id, width), value: reading?.value, hair, width };
    const notes = beside(ctx, id, reading, shown)
      .split(' · ')
      .flatMap((n) => wrapped(n, whole - right, 11.5));
    const row = svg`<g transform="translate(0 ${height})">
      <path d="M0 0H${whole}" stroke="var(--line)"></path>
      <text y="40">${t(idKey('scale', id))}</text>
      ${pins.includes(id) ? quiet(0, 54, t('instrument.pinned')) : nothing}
      <g class="strip"><svg x=${left} y="4" width=${width} height=${stripHeight}>
        ${strip(grip, reading, shown, (shift) => engraving(grip.spec, -shift, width - shift))}
      </svg></g>
      <text x=${right} y="20" font-weight="600">${shown && told(ctx, shown, id)}</text>
      ${notes.map((note, n) => quiet(right, 36 + 14 * n, note))}
    </g>`;
    height += Math.max(stripHeight + 8, 36 + 14 * notes.length);
    return row;
  });
  return html`<svg viewBox="0 0 ${whole} ${height}">
    ${rows}
    <path d="M0 ${height - 0.5}H${whole}" stroke="var(--line)"></path>
    <path
      d="M${left + hair} 0V${height}"
      stroke=${isLast ? 'var(--control)' : 'var(--accent)'}
      stroke-width="1.5"
    ></path>
  </svg>`;
}

const quiet = (x: number, y: number, text: string) =>
  svg`<text x=${x} y=${y} fill="var(--quiet)" font-size="11">${text}</text>`;
