// The parts of the page by name, and which of them each view of the element shows.

import type { TemplateResult } from 'lit';
import { scoped, type Context, type View } from './context';
import { fit } from './fit';
import { gpt3 } from './gpt3';
import { hardware } from './hardware';
import { laws } from './laws';
import { loss } from './loss';
import { memory } from './memory';

/** In the article's order. */
const sections = { hardware, fit, memory, loss, gpt3, laws } as const satisfies Record<string, View>;
export type Section = keyof typeof sections;
export const allSections = Object.keys(sections) as readonly Section[];

/** The widget's views. A fit table needs its hardware beside it; the others stand alone. */
export const widgetViews: Readonly<Record<string, readonly Section[]>> = {
  fit: ['hardware', 'fit'],
  memory: ['memory'],
  loss: ['loss'],
  gpt3: ['gpt3'],
  laws: ['laws'],
};

export function renderSection(name: Section, ctx: Context): TemplateResult {
  return sections[name](scoped(ctx, name));
}
