// How a scale of the slide rule is moved: the hairline follows the finger, the other scales slide under it.

import { line, placeOf, valueAt, type ScaleSpec } from '../charts/scale';
import { isFree, moved, ruleReply, valueText, type ScaleId } from '../state/rule';
import type { Context } from './context';

/** What a hand or a key takes hold of. */
export interface Grip {
  readonly id: ScaleId;
  readonly spec: ScaleSpec;
  readonly value: number | undefined;
  readonly hair: number;
  readonly width: number;
}

function set(ctx: Context, id: ScaleId, value: number, digits: number, commit: boolean): void {
  const to = (v: number, isDone: boolean) =>
    ctx.set(moved(ctx.store.values, id, valueText(id, v, digits, ctx.unit)), { commit: isDone });
  if (id === 'loss') {
    to(value, false);
    // Under a law's floor the other scales stand as at its end, however fast the hand came there.
    const floor = ruleReply(ctx.store).asked.result?.unmet?.find((p) => p.code === 'below-floor')?.limit;
    if (floor !== undefined) to(stepped(floor, digits, true), false);
  }
  to(value, commit);
}

const isHeld = (ctx: Context, id: ScaleId) => ctx.locked() || !isFree(id, ctx.store.values['rule.pin']);

/** Loss moves in finer steps: its whole scale is less than a decade. */
const digitsOf = (id: ScaleId) => (id === 'loss' ? 4 : 3);

/** While a hand holds a scale, no row grows or shrinks under it with what stands in its note. */
function heldSteady(strip: HTMLElement): () => void {
  const notes = [...(strip.closest('.rule')?.querySelectorAll<HTMLElement>('.scale .note') ?? [])];
  const heights = notes.map((note) => getComputedStyle(note).height);
  notes.forEach((note, i) => (note.style.cssText = `height:${heights[i] ?? ''};overflow:hidden`));
  return () => notes.forEach((note) => note.removeAttribute('style'));
}

/** What a click points at: a name under the line, a numeral above it, or just a place. */
function pointedAt(id: ScaleId, spec: ScaleSpec, x: number, isUnder: boolean): number {
  const free = valueAt(spec, x);
  const units = free / spec.unit;
  // The last digit of a card's memory is left off: the next one up, it would not hold.
  const known = isUnder
    ? spec.marks().map(({ value }) => (id === 'memory' ? Math.floor(value / 1e7) * 1e7 : value))
    : [Number(units.toPrecision(id === 'loss' ? 2 : 1)) * spec.unit];
  const far = (value: number) => Math.abs(placeOf(spec, value) - x);
  const [nearest = free] = known.sort((a, b) => far(a) - far(b));
  return far(nearest) < (isUnder ? 16 : 4) ? nearest : free;
}

export function dragging(ctx: Context, grip: Grip): (down: PointerEvent) => void {
  return (down) => {
    const { id, spec, width } = grip;
    if (down.button !== 0 || isHeld(ctx, id)) return;
    const target = down.currentTarget as HTMLElement;
    const box = target.getBoundingClientRect();
    // The grabbed scale lies still while it is read.
    const origin = placeOf(spec, grip.value ?? Math.sqrt(spec.low * spec.high)) - grip.hair;
    const listening = new AbortController();
    let letGo: (() => void) | undefined;
    const follow = (e: PointerEvent, commit: boolean) => {
      letGo ??= heldSteady(target);
      const x = e.clientX - box.left;
      ctx.setUi({ hairline: Math.min(0.98, Math.max(0.02, x / width)) });
      const isClick = Math.abs(e.clientX - down.clientX) < 2;
      const at = origin + x;
      const value = isClick ? pointedAt(id, spec, at, e.clientY - box.top > line) : valueAt(spec, at);
      set(ctx, id, value, isClick ? 4 : digitsOf(id), commit);
    };
    const on = (type: 'pointermove' | 'pointerup' | 'pointercancel', handle: (e: PointerEvent) => void) =>
      target.addEventListener(type, (e) => e.pointerId === down.pointerId && handle(e), {
        signal: listening.signal,
      });
    on('pointermove', (e) => {
      // A finger that sets out to scroll has not moved the scale.
      if (letGo || Math.abs(e.clientX - down.clientX) > 4) follow(e, false);
    });
    on('pointerup', (e) => {
      listening.abort();
      follow(e, true);
      letGo?.();
      // At the edge there would be no way on: the rule is set anew with the hairline in the middle.
      const share = (e.clientX - box.left) / width;
      if (share < 0.12 || share > 0.88) ctx.setUi({ hairline: 0.5 });
    });
    on('pointercancel', () => {
      listening.abort();
      letGo?.();
    });
    target.setPointerCapture(down.pointerId);
    target.focus({ preventScroll: true });
    if (down.pointerType !== 'touch') follow(down, false);
    down.preventDefault();
  };
}

/** The next value of so many digits. */
function stepped(value: number, digits: number, up: boolean): number {
  const unit = 10 ** (Math.floor(Math.log10(value) + 1e-9) - digits + 1);
  const units = value / unit;
  return (up ? Math.floor(units + 1e-6) + 1 : Math.ceil(units - 1e-6) - 1) * unit;
}

/** The next of 1, 2, 5, 10. */
function leap(value: number, up: boolean): number {
  const decade = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const stops = [0.5, 1, 2, 5, 10].map((k) => k * decade);
  return (up ? stops.find((s) => s > value * 1.001) : stops.findLast((s) => s < value * 0.999)) ?? value;
}

export function keyed(ctx: Context, { id, spec, value }: Grip): (e: KeyboardEvent) => void {
  return (e) => {
    const digits = id === 'loss' ? 3 : 2;
    const from = value ?? Math.sqrt(spec.low * spec.high);
    const wide = (up: boolean) => (id === 'loss' ? stepped(from, 2, up) : leap(from, up));
    const to = {
      ArrowRight: () => stepped(from, digits, true),
      ArrowUp: () => stepped(from, digits, true),
      ArrowLeft: () => stepped(from, digits, false),
      ArrowDown: () => stepped(from, digits, false),
      PageUp: () => wide(true),
      PageDown: () => wide(false),
      Home: () => spec.low,
      End: () => spec.high,
    }[e.key];
    if (!to || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    if (isHeld(ctx, id)) return;
    set(ctx, id, Math.min(spec.high, Math.max(spec.low, to())), digitsOf(id), true);
  };
}
