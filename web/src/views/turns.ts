// The first drawing of a page in turns: one part after another, each a task of its own, so that the page paints and
// listens between them. Once all have stood, parts are drawn with the rest. What stands below a part that takes turns must
// take one too, or it would be pushed down.

import { nothing, type TemplateResult } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';

type Draw = () => TemplateResult | typeof nothing;

/** Resolves when the browser has had its chance to paint; at the latest after a while, as hidden pages never paint. */
export const breath = (): Promise<void> =>
  new Promise((resume) => {
    requestAnimationFrame(() => setTimeout(resume));
    setTimeout(resume, 100);
  });

/** Who waits for a turn in one element. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #areOver = false;

  /** Queues a part, or says that there are no turns any more. */
  queue(draw: () => void): boolean {
    if (!this.#areOver) this.#waiting.push(draw);
    return !this.#areOver;
  }

  async take(): Promise<void> {
    while (this.#waiting.length > 0) {
      await breath();
      this.#next();
    }
    this.#areOver = true;
  }

  /** All that still wait, at once. */
  finish(): void {
    while (this.#waiting.length > 0) this.#next();
  }

  /** The parts of a part come before what stands below it. */
  #next(): void {
    const draw = this.#waiting.shift();
    const below = this.#waiting.splice(0);
    draw?.();
    this.#waiting.push(...below);
  }
}

class InTurn extends AsyncDirective {
  #draw!: Draw;
  #state: 'new' | 'waiting' | 'drawn' = 'new';

  override render(turns: Turns, draw: Draw): unknown {
    this.#draw = draw;
    if (this.#state === 'new' && turns.queue(() => this.#now())) this.#state = 'waiting';
    if (this.#state === 'waiting') return nothing;
    this.#state = 'drawn';
    return draw();
  }

  #now(): void {
    this.#state = 'drawn';
    this.setValue(this.#draw());
  }
}

const directiveInTurn = directive(InTurn);
export const inTurn = (ctx: { readonly turns: Turns }, draw: Draw): unknown =>
  directiveInTurn(ctx.turns, draw);
