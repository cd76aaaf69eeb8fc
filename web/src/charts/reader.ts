// The transparent slider over a plot: pointer, touch and arrow keys move the read-out along the curve, or over the
// plane.

import { html, nothing, type TemplateResult } from 'lit';
import type { Context } from '../views/context';
import type { AxisSpec, Scale } from './axis';
import type { PlotSpec, Reading } from './plot';

const keys: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowRight: [0.01, 0],
  ArrowLeft: [-0.01, 0],
  ArrowUp: [0, 0.01],
  ArrowDown: [0, -0.01],
  PageUp: [0.1, 0],
  PageDown: [-0.1, 0],
  Home: [-2, 0],
  End: [2, 0],
};

/** How far along its axis a value lies, 0 … 1. */
function position({ domain: [low, high], kind }: AxisSpec, value: number): number {
  return kind === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

function valueAt({ domain: [low, high], kind }: AxisSpec, p: number): number {
  const inside = Math.min(1, Math.max(0, p));
  return kind === 'log' ? low * (high / low) ** inside : low + inside * (high - low);
}

interface Place {
  readonly x: number;
  readonly y: number;
}

export function reader(
  ctx: Context,
  spec: PlotSpec,
  x: Scale,
  y: Scale,
  now: Place | undefined,
  reading: Reading | undefined,
): TemplateResult {
  const show = (px: number, py: number) =>
    // Three digits: what is shown is what was asked, and the same place is asked once.
    ctx.setUi({
      reading: {
        plot: spec.id,
        x: Number(valueAt(spec.x, px).toPrecision(3)),
        y: Number(valueAt(spec.y, py).toPrecision(3)),
      },
    });
  const clear = () => ctx.setUi({ reading: undefined });
  const start = spec.marks.find((m) => m.kind === 'given') ?? spec.marks[0];
  const at = {
    x: now?.x ?? start?.x ?? valueAt(spec.x, 0.5),
    y: now?.y ?? start?.y ?? valueAt(spec.y, 0.5),
  };
  const follow = (e: PointerEvent) => {
    const box = (e.currentTarget as Element).getBoundingClientRect();
    const scale = spec.width / box.width;
    show(
      position(spec.x, x.invert((e.clientX - box.left) * scale)),
      position(spec.y, y.invert((e.clientY - box.top) * scale)),
    );
  };
  const press = (e: KeyboardEvent) => {
    const step = keys[e.key];
    if (e.key === 'Escape') clear();
    if (!step || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    const [dx, dy] = spec.plane ? step : [step[0] + step[1], 0];
    show(position(spec.x, at.x) + dx, position(spec.y, at.y) + dy);
  };
  return html`<div
    class="reader"
    role="slider"
    tabindex="0"
    aria-label=${spec.readLabel ?? spec.x.label}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${Math.round(100 * Math.min(1, Math.max(0, position(spec.x, at.x))))}
    aria-valuetext=${(reading ?? spec.read?.(at.x, at.y))?.text ?? nothing}
    @pointermove=${follow}
    @pointerdown=${follow}
    @pointerleave=${clear}
    @keydown=${press}
    @blur=${clear}
  ></div>`;
}
