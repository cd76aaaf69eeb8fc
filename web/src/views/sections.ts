// The parts of the page by name, and which of them each view of the element shows.

import { nothing } from 'lit';
import { scoped, type Context, type View } from './context';
import { accuracy } from './accuracy';
import { fit } from './fit';
import { fitLaw } from './fit-law';
import { gpt3 } from './gpt3';
import { hardware } from './hardware';
import { laws } from './laws';
import { loss } from './loss';
import { memory } from './memory';
import { whereBytesGo } from './models/bytes';
import { heat } from './models/heat';
import { inverses } from './models/inverses';
import { model } from './models/model';
import { starts } from './models/starts';
import { rule } from './rule';
import { inTurn } from './turns';

/** Which part this build is: each page carries the code, the words and the kinds of questions of one part. */
declare const __PART__: 'calculator' | 'models' | 'laws' | 'fit' | 'accuracy';

/** Whether this build is a page; the widget carries no section that is no view of its own. */
declare const __HOSTED__: boolean;

/** Each part's sections in the order of its page; the calculator's is the article's. */
const sections: Readonly<Record<string, View>> = {
  ...(__PART__ === 'calculator' ? { rule, hardware, fit, memory, loss } : {}),
  ...(__PART__ === 'calculator' && __HOSTED__ ? { gpt3 } : {}),
  ...(__PART__ === 'models' ? { starts, model, hardware, heat, bytes: whereBytesGo, inverses } : {}),
  ...(__PART__ === 'laws' ? { laws } : {}),
  ...(__PART__ === 'fit' ? { 'fit-law': fitLaw } : {}),
  ...(__PART__ === 'accuracy' ? { accuracy } : {}),
};
/** What the page of this build shows. */
export const pageSections: readonly string[] = Object.keys(sections);

/** The widget's views. A fit table needs its hardware beside it; the others stand alone. */
export const widgetViews: Readonly<Record<string, readonly string[]>> = {
  ...(__PART__ === 'calculator'
    ? { rule: ['rule'], fit: ['hardware', 'fit'], memory: ['memory'], loss: ['loss'] }
    : {}),
  ...(__PART__ === 'models' ? { models: ['model', 'hardware', 'heat', 'bytes', 'inverses'] } : {}),
  ...(__PART__ === 'laws' ? { laws: ['laws'] } : {}),
  ...(__PART__ === 'fit' ? { 'fit-law': ['fit-law'] } : {}),
  ...(__PART__ === 'accuracy' ? { accuracy: ['accuracy'] } : {}),
};

/** Each says its language itself: what is drawn in a later turn is not laid out for the new one before. */
export function renderSection(name: string, ctx: Context): unknown {
  const own = scoped(ctx, name);
  return inTurn(own, () => sections[name]?.(own) ?? nothing);
}
