// The parts of the page by name, and which of them each view of the element shows.

import { nothing, type TemplateResult } from 'lit';
import { scoped, type Context, type View } from './context';
import { fit } from './fit';
import { gpt3 } from './gpt3';
import { hardware } from './hardware';
import { laws } from './laws';
import { loss } from './loss';
import { memory } from './memory';

/** True in the build of laws.html, which carries the code and the kinds of questions that all laws need. */
declare const __LAWS__: boolean;

/** In the article's order. */
const sections: Readonly<Record<string, View>> = {
  hardware,
  fit,
  memory,
  loss,
  gpt3,
  ...(__LAWS__ ? { laws } : {}),
};
/** What the page of this build shows. */
export const pageSections: readonly string[] = __LAWS__
  ? ['laws']
  : ['hardware', 'fit', 'memory', 'loss', 'gpt3'];

/** The widget's views. A fit table needs its hardware beside it; the others stand alone. */
export const widgetViews: Readonly<Record<string, readonly string[]>> = {
  fit: ['hardware', 'fit'],
  memory: ['memory'],
  loss: ['loss'],
  gpt3: ['gpt3'],
  ...(__LAWS__ ? { laws: ['laws'] } : {}),
};

export function renderSection(name: string, ctx: Context): TemplateResult | typeof nothing {
  return sections[name]?.(scoped(ctx, name)) ?? nothing;
}
