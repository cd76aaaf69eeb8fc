// The page is drawn part by part. A part notes what it reads and is drawn again where that has changed: at once where it
// is looked at, in a turn of its own, after the browser has painted and listened, where it is not or where time runs out.
// What stands below a part must be one too, or the first drawing would push it down.

import { html, noChange, type ChildPart } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import { hasChanged, noting, type Reads } from '../state/noted';
import type { Context } from './context';

type Draw = () => unknown;

/** How long is drawn before the browser may paint, in ms. */
const share = 5;

export const pause = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));

/** Resolves when the browser has had its chance to paint; at the latest after a while, as hidden pages never paint. */
export const breath = (): Promise<void> =>
  new Promise((resume) => {
    requestAnimationFrame(() => setTimeout(resume));
    setTimeout(resume, 100);
  });

/** The parts of one element. */
export class Turns {
  /** Outer ones before those inside them. */
  readonly #parts = new Set<InTurn>();
  readonly #waiting = new Set<InTurn>();
  readonly #settled: () => void;
  #isSettled = false;
  #until = 0;
  #areFirst = true;
  #taking: Promise<void> | undefined;
  /** The part that is being drawn. */
  outer: InTurn | undefined;

  constructor(settled: () => void) {
    this.#settled = settled;
  }

  /** Before a drawing: once for all parts, as after each change the browser would have to lay out the page again. */
  begin(): void {
    for (const part of this.#parts) if (!part.isBlank) part.look();
    this.#until = performance.now() + share;
  }

  /** After the element's own drawing. Resolves when all stands. */
  end(): Promise<void> {
    // First of all what somebody types in.
    const parts = [...this.#parts].sort((a, b) => Number(b.hasFocus) - Number(a.hasFocus));
    for (const part of parts) if (!this.#waits(part) && part.hasChanged) this.offer(part);
    this.#isSettled = false;
    return this.taken();
  }

  /** What comes into sight may be blank. */
  seen(): void {
    for (const part of this.#parts) if (part.isBlank) return void this.taken();
  }

  taken(): Promise<void> {
    return (this.#taking ??= this.#take());
  }

  /** Whatever is not drawn yet, at once. */
  finish(): void {
    this.#drawUntil(Infinity);
    for (const part of this.#parts) if (part.isBlank) this.#waiting.add(part);
    this.#drawUntil(Infinity);
  }

  #drawUntil(until: number): void {
    for (let next = this.#next(); next; next = performance.now() < until ? this.#next() : undefined) {
      this.#draw(next);
    }
  }

  join(part: InTurn): void {
    this.#parts.add(part);
  }

  leave(part: InTurn): void {
    this.#parts.delete(part);
    this.#waiting.delete(part);
  }

  /** Draws a part now or in a turn. */
  offer(part: InTurn): void {
    const mayNow = part.isDrawn ? part.isSeen : !(this.#areFirst && this.#waiting.size > 0);
    if (part.blank && !part.isSeen && !part.hasFocus) part.drawBlank();
    else if (part.hasFocus || (mayNow && performance.now() < this.#until)) this.#draw(part);
    else this.#waiting.add(part);
  }

  async #take(): Promise<void> {
    try {
      do {
        await breath();
        this.begin();
        for (const part of this.#parts) if (part.isBlank && part.look()) this.#waiting.add(part);
        this.#drawUntil(this.#until);
      } while (this.#waiting.size > 0);
    } finally {
      this.#taking = undefined;
    }
    this.#areFirst = false;
    if (!this.#isSettled) this.#settled();
    this.#isSettled = true;
  }

  #draw(part: InTurn): void {
    const { outer } = this;
    this.#waiting.delete(part);
    this.outer = part;
    this.#isSettled = false;
    try {
      part.draw();
    } finally {
      this.outer = outer;
    }
  }

  /** A part inside one that waits will be drawn with it. */
  #waits(part: InTurn | undefined): boolean {
    return part !== undefined && (this.#waiting.has(part) || this.#waits(part.outer));
  }

  #next(): InTurn | undefined {
    let next: InTurn | undefined;
    for (const part of this.#waiting) if (!next || part.isBefore(next)) next = part;
    return next;
  }
}

class InTurn extends AsyncDirective {
  #turns!: Turns;
  #part!: ChildPart;
  #draw!: Draw;
  #frame = '';
  readonly #reads: Reads = new Map();
  /** What stands in its place until somebody looks at it. */
  blank: Draw | undefined;
  outer: InTurn | undefined;
  isDrawn = false;
  isBlank = false;
  isSeen = false;
  hasFocus = false;

  override render(ctx: Context, draw: Draw, blank?: Draw): unknown {
    void [ctx, blank];
    return draw();
  }

  override update(
    part: ChildPart,
    [{ turns, lang, unit, width }, draw, blank]: [Context, Draw, Draw?],
  ): unknown {
    const frame = `${lang} ${unit} ${width}`;
    // Drawn by another part, it shows what that one has found.
    const isNew = turns.outer !== undefined || frame !== this.#frame;
    this.#turns = turns;
    this.#part = part;
    this.#draw = draw;
    this.blank = blank;
    this.#frame = frame;
    this.outer = turns.outer;
    turns.join(this);
    if (isNew) turns.offer(this);
    return noChange;
  }

  draw(): void {
    this.#reads.clear();
    const content = noting(this.#reads, this.#draw);
    this.isDrawn = true;
    this.isBlank = false;
    this.setValue(content);
  }

  drawBlank(): void {
    this.#reads.clear();
    this.isBlank = true;
    this.setValue(this.blank?.());
  }

  get hasChanged(): boolean {
    return hasChanged(this.#reads);
  }

  /** Whether it is on the screen; and whether somebody types in it. */
  look(): boolean {
    const { startNode, endNode, parentNode } = this.#part;
    const first = (startNode as Comment).nextElementSibling;
    const last = endNode
      ? (endNode as Comment).previousElementSibling
      : (parentNode as Element).lastElementChild;
    const { outer } = this;
    this.isSeen = this.hasFocus = false;
    if (!first || !last || (outer && !outer.isSeen && !outer.hasFocus)) return false;
    const from = first.getBoundingClientRect();
    const to = last.getBoundingClientRect();
    this.isSeen = from.top < innerHeight && to.bottom > 0 && from.left < innerWidth && to.right > 0;
    this.hasFocus = first.contains((first.getRootNode() as ShadowRoot).activeElement);
    return this.isSeen;
  }

  /** Whether its turn comes first: what is looked at, then from top to bottom. */
  isBefore(other: InTurn): boolean {
    if (this.isSeen !== other.isSeen) return this.isSeen;
    const mine = this.#part.startNode as Node;
    return (
      (mine.compareDocumentPosition(other.#part.startNode as Node) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
    );
  }

  protected override disconnected(): void {
    this.#turns.leave(this);
  }

  /** Whatever may have changed meanwhile. */
  protected override reconnected(): void {
    this.#turns.join(this);
    this.#turns.offer(this);
    void this.#turns.taken();
  }
}

export const inTurn = directive(InTurn);

/** As many as fill a screen. */
const most = 16;

type DrawSome<T> = (some: readonly T[], from: number) => unknown;

/** A long list: what fills a screen with the rest, more in turns. */
export function inChunks<T>(
  ctx: Context,
  all: readonly T[],
  draw: DrawSome<T>,
  blank?: DrawSome<T>,
): unknown[] {
  const chunks = Array.from({ length: Math.ceil(all.length / most) }, (_, i) => i * most);
  return chunks.map((from) => {
    const some = all.slice(from, from + most);
    if (from === 0) return draw(some, from);
    return inTurn(ctx, () => draw(some, from), blank && (() => blank(some, from)));
  });
}

/** A long row of cells: those that nobody has scrolled to are drawn for exports and on paper. */
export const inColumns = <T>(ctx: Context, all: readonly T[], draw: DrawSome<T>): unknown[] =>
  inChunks(ctx, all, draw, (some) => html`<td aria-hidden="true" colspan=${some.length}></td>`);
