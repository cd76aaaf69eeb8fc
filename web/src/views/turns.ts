// The page is drawn part by part. A part notes what it reads and is drawn again where that has changed: at once where it
// is looked at, in a turn of its own, after the browser has painted and listened, where it is not or where time runs out.
// What stands below a part must be one too, or the first drawing would push it down.

import { html, noChange, type ChildPart } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import { hasChanged, noting, type Reads } from '../state/noted';
import { keepsSize } from './aside-styles';
import type { Context } from './context';

/** Whether this build is a page; a widget's theme and language seldom change. */
declare const __HOSTED__: boolean;

type Draw = (ctx: Context) => unknown;

/** How long is drawn before the browser may paint, in ms. */
const share = 5;

/** What a drawing throws that is to go on in another turn. */
const paused = Symbol();
/** So often a drawing may do so. */
const mostPauses = 16;

export const pause = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));

/** Resolves when the browser has had its chance to paint; at the latest after a while, as hidden pages never paint. */
export const breath = (): Promise<void> =>
  new Promise((resume) => {
    requestAnimationFrame(() => setTimeout(resume));
    setTimeout(resume, 100);
  });

/**
 * Resolves when what was drawn is on the screen. That takes longer than to paint it: the browser's other threads go on,
 * and where processors are few, more work of the page would keep them waiting.
 */
export const shown = (): Promise<void> => breath().then(breath);

declare const scheduler: { postTask(task: () => void, options: object): Promise<void> } | undefined;

/** Resolves when the browser has nothing more urgent to do. */
export const rest = (): Promise<void> =>
  typeof scheduler === 'object' ? scheduler.postTask(() => undefined, { priority: 'background' }) : pause(0);

/** The parts of one element. */
export class Turns {
  /** Outer ones before those inside them. */
  readonly #parts = new Set<InTurn>();
  readonly #waiting = new Set<InTurn>();
  /** Drawn since all stood. */
  readonly #drawn = new Set<InTurn>();
  readonly #settled: (drawn: readonly Element[]) => void;
  readonly #partOf = new WeakMap<Element, InTurn>();
  /** Tells what is on the screen after the browser has laid it out: to ask for places would make it do so at once. */
  readonly #sight = new IntersectionObserver((entries) => this.#looked(entries));
  #focused: ReadonlySet<InTurn> = new Set();
  #isSettled = false;
  /** Whether what nobody has looked at is to be there. */
  #isFilled = false;
  #until = 0;
  /** Until when the part that is being drawn may find what it needs. */
  #limit = Infinity;
  #areFirst = true;
  #taking: Promise<void> | undefined;
  /** What the browser does not style until its turn comes. */
  readonly #aside = new Set<HTMLElement>();
  /** The part that is being drawn. */
  outer: InTurn | undefined;

  /** `settled` is told what was drawn when all stands. */
  constructor(settled: (drawn: readonly Element[]) => void) {
    this.#settled = settled;
  }

  /** Before a drawing, with the element that has the focus. */
  begin(active: Element | null): void {
    const focused = new Set<InTurn>();
    for (let e = active; e; e = e.parentElement) {
      const part = this.#partOf.get(e);
      if (part) focused.add(part);
    }
    this.#focused = focused;
    this.#until = performance.now() + share;
  }

  /** After the element's own drawing. Resolves when all stands. */
  end(): Promise<void> {
    // First of all what somebody types in.
    for (const part of [...this.#focused].reverse()) this.#again(part);
    for (const part of this.#parts) this.#again(part);
    this.#isSettled = false;
    return this.taken();
  }

  #again(part: InTurn): void {
    if (!this.#waits(part) && part.hasChanged) this.offer(part);
  }

  #looked(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const part = this.#partOf.get(target);
      part?.look(target, isIntersecting);
      if (part?.isBlank && isIntersecting) this.#waiting.add(part);
    }
    // Where somebody scrolls there is nothing new to be shown before it.
    if (this.#waiting.size > 0) void this.taken(breath);
  }

  /** What a part consists of, after it was drawn; nothing where it has gone. */
  watch(part: InTurn, before: readonly Element[], now: readonly Element[]): void {
    for (const e of before) if (!now.includes(e)) this.#sight.unobserve(e);
    for (const e of now) {
      if (before.includes(e)) continue;
      this.#partOf.set(e, part);
      this.#sight.observe(e);
    }
  }

  /**
   * Before what styles every element anew, as another theme: what nobody looks at is styled later, piece by piece.
   * Hidden until the rest is shown, as the browser would style a screen more above and below; from then on whatever
   * comes onto the screen, or has the focus, is styled at once.
   */
  setAside(): void {
    if (!__HOSTED__) return;
    for (const part of this.#parts) {
      if (part.isSeen || part.outer?.isSeen === false) continue;
      for (const root of part.roots) {
        if (!(root instanceof HTMLElement) || !root.matches(keepsSize)) continue;
        root.dataset['aside'] = 'hidden';
        this.#aside.add(root);
      }
    }
  }

  #bringBack(root: HTMLElement): void {
    delete root.dataset['aside'];
    this.#aside.delete(root);
  }

  taken(before = shown): Promise<void> {
    return (this.#taking ??= this.#take(before));
  }

  /** Whatever is not drawn yet, at once. */
  finish(): void {
    if (__HOSTED__) for (const root of this.#aside) this.#bringBack(root);
    this.#drawUntil(Infinity);
    this.#awaitBlank();
    this.#drawUntil(Infinity);
  }

  #awaitBlank(): void {
    for (const part of this.#parts) if (part.isBlank) this.#waiting.add(part);
  }

  /** What nobody has looked at yet, in turns: the browser's own search is to find it. */
  readonly fill = (): void => {
    this.#isFilled = true;
    this.#awaitBlank();
    if (this.#waiting.size > 0) void this.taken();
  };

  /** What nobody looks at gives way again, in turns too: the next input is not to pay for it. */
  readonly clear = async (): Promise<void> => {
    this.#isFilled = false;
    this.#until = performance.now() + share;
    for (const part of this.#parts) {
      if (this.#isFilled) return;
      if (!part.blank || part.isSeen) continue;
      if (part.isBlank) this.#waiting.delete(part);
      else part.drawBlank();
      if (performance.now() < this.#until) continue;
      await rest();
      this.#until = performance.now() + share;
    }
  };

  #drawUntil(until: number): void {
    for (let next = this.#next(); next; next = performance.now() < until ? this.#next() : undefined) {
      this.#draw(next, until);
    }
  }

  join(part: InTurn): void {
    this.#parts.add(part);
  }

  leave(part: InTurn): void {
    this.#parts.delete(part);
    this.#waiting.delete(part);
    this.#drawn.delete(part);
  }

  /**
   * For a drawing between the questions that it asks: where its time is up, it begins anew in another turn, and the store
   * still has the answers.
   */
  readonly mayPause = (): void => {
    if (performance.now() >= this.#limit) throw paused;
  };

  /** Draws a part now or in a turn; `all`: every part is new, as in another language, and more than one takes too long. */
  offer(part: InTurn, all = false): void {
    const hasFocus = this.#focused.has(part);
    const mayNow = !all && (part.isDrawn ? part.isSeen : !(this.#areFirst && this.#waiting.size > 0));
    if (part.blank && !part.isSeen && !hasFocus) part.drawBlank();
    else if (hasFocus || (mayNow && performance.now() + part.cost < this.#until)) this.#draw(part);
    else this.#waiting.add(part);
  }

  async #take(before: typeof shown): Promise<void> {
    try {
      // What was drawn at once is shown first; between the others the browser paints as often as it likes.
      await before();
      if (__HOSTED__) for (const root of this.#aside) root.dataset['aside'] = '';
      for (;;) {
        this.#until = performance.now() + share;
        this.#drawUntil(this.#until);
        const next = this.#next();
        if (next) {
          await (next.isSeen ? rest() : breath());
          continue;
        }
        // Meanwhile more may come to be drawn.
        const [root] = __HOSTED__ ? this.#aside : [];
        if (!root) break;
        this.#bringBack(root);
        await breath();
      }
    } finally {
      this.#taking = undefined;
    }
    this.#areFirst = false;
    if (!this.#isSettled) this.#settled([...this.#drawn].flatMap((part) => part.roots));
    this.#drawn.clear();
    this.#isSettled = true;
  }

  /** Where finding what to draw took all the time there is, it is set in a turn of its own. */
  #draw(part: InTurn, until = Infinity): void {
    const { outer } = this;
    const limit = this.#limit;
    this.#waiting.delete(part);
    this.outer = part;
    this.#isSettled = false;
    const { isFound } = part;
    const before = isFound || part.pauses > 0 ? part.spent : 0;
    const began = performance.now();
    try {
      this.#limit = part.pauses < mostPauses ? until : Infinity;
      if (!isFound) part.find();
      part.pauses = 0;
      if (!isFound && performance.now() >= until) {
        this.#waiting.add(part);
      } else {
        part.draw();
        this.#drawn.add(part);
      }
    } catch (error) {
      if (error !== paused) throw error;
      part.pauses += 1;
      this.#waiting.add(part);
    } finally {
      this.outer = outer;
      this.#limit = limit;
      part.spent = before + performance.now() - began;
      // What the answer was known to says little of the next one.
      part.cost = Math.max(part.spent, 0.7 * part.cost);
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

/** Of many elements in a row those that tell where all are: the browser asks after each in every frame. */
const spread = (roots: readonly Element[]): readonly Element[] =>
  roots.filter((_, i) => i % 4 === 0 || !(i + 1 in roots));

class InTurn extends AsyncDirective {
  #turns!: Turns;
  #part!: ChildPart;
  #draw: Draw | undefined;
  #ctx!: Context;
  #frame = '';
  readonly #reads: Reads = new Map();
  #found: { readonly content: unknown } | undefined;
  /** What stands in its place until somebody looks at it. */
  blank: Draw | undefined;
  outer: InTurn | undefined;
  isDrawn = false;
  /** What its last drawing took, and what the next may take, in ms. */
  spent = 0;
  cost = 0;
  /** How often its finding has paused. */
  pauses = 0;
  isBlank = false;
  /** The elements that it consists of, and those of them that are on the screen. */
  roots: readonly Element[] = [];
  readonly #seen = new Set<Element>();

  override render(ctx: Context, draw: Draw, blank?: Draw): unknown {
    void blank;
    return draw(ctx);
  }

  override update(part: ChildPart, [ctx, draw, blank]: [Context, Draw, Draw?]): unknown {
    const { turns, lang, unit, width } = ctx;
    // The name, too, as another view draws another section in the place of one.
    const frame = `${lang} ${unit} ${width} ${ctx.id('')}`;
    // Drawn by another part, it shows what that one has found, which the same function found before.
    const isOther = frame !== this.#frame;
    const isNew = (turns.outer !== undefined && draw !== this.#draw) || isOther;
    this.#turns = turns;
    this.#part = part;
    this.#ctx = ctx;
    if (isNew) this.#found = undefined;
    this.#draw = draw;
    this.blank = blank;
    this.#frame = frame;
    this.outer = turns.outer;
    turns.join(this);
    if (isNew) turns.offer(this, isOther && this.isDrawn);
    return noChange;
  }

  /** What is to be drawn of what is now read. */
  find(): void {
    this.#reads.clear();
    this.#found = { content: noting(this.#reads, () => this.#draw?.(this.#ctx)) };
  }

  get isFound(): boolean {
    return this.#found !== undefined && !this.hasChanged;
  }

  draw(): void {
    const content = this.#found?.content;
    this.#found = undefined;
    this.isDrawn = true;
    this.isBlank = false;
    this.#set(content);
  }

  drawBlank(): void {
    this.#found = undefined;
    this.#reads.clear();
    this.isBlank = true;
    this.#set(this.blank?.(this.#ctx));
  }

  #set(content: unknown): void {
    this.setValue(content);
    const { startNode, endNode } = this.#part;
    const roots: Element[] = [];
    for (let n = startNode?.nextSibling; n && n !== endNode; n = n.nextSibling) {
      if (n instanceof Element) roots.push(n);
    }
    this.#watch(roots);
  }

  #watch(roots: readonly Element[]): void {
    const watched = spread(roots);
    this.#turns.watch(this, spread(this.roots), watched);
    this.roots = roots;
    for (const e of this.#seen) if (!watched.includes(e)) this.#seen.delete(e);
  }

  get hasChanged(): boolean {
    return hasChanged(this.#reads);
  }

  get isSeen(): boolean {
    return this.#seen.size > 0;
  }

  /** One of its elements came onto the screen or left it. */
  look(root: Element, isSeen: boolean): void {
    if (isSeen) this.#seen.add(root);
    else this.#seen.delete(root);
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
    this.#watch([]);
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

/** The class of what holds a list: a long one is laid out and painted where somebody looks at it. */
export const lengthClass = (all: readonly unknown[]): string => (all.length > most ? 'long' : '');

type DrawSome<T> = (some: readonly T[], from: number) => unknown;

/**
 * A long list: what fills a screen with the rest, more in turns. It is cut from its end: what is chosen comes first, and
 * leaves all but the first piece as it was.
 */
export function inChunks<T>(
  ctx: Context,
  all: readonly T[],
  draw: DrawSome<T>,
  blank?: DrawSome<T>,
  size = most,
): unknown[] {
  const ends: number[] = [];
  for (let end = all.length; end > 0; end = end < 1.5 * size ? 0 : end - size) ends.unshift(end);
  return ends.map((end, i) => {
    const from = ends[i - 1] ?? 0;
    const some = all.slice(from, end);
    if (from === 0) return draw(some, from);
    return inTurn(ctx, () => draw(some, from), blank && (() => blank(some, from)));
  });
}

/** A long row of cells: those that nobody has scrolled to are drawn for exports and on paper. */
export const inColumns = <T>(ctx: Context, all: readonly T[], draw: DrawSome<T>): unknown[] =>
  inChunks(ctx, all, draw, (some) => html`<td aria-hidden="true" colspan=${some.length}></td>`, 8);
