// A model as it stands in the state: a catalogue id ("llama-3.1-8b"), a parameter count ("7B"), or the shape of an
// imported file as JSON with the quotes changed over, so that it stays readable in a link: {'layers':32,…}.

import type { Shape } from '../import/shape';
import { parseQuantity } from '../parse/quantity';
import type { FieldProblem } from './field';

/** What the core takes for a model. */
export type ModelValue = string | { readonly parameters: number } | Shape;

export function shapeToText(shape: Shape): string {
  return swapQuotes(JSON.stringify(shape));
}

export function readModelText(
  text: string,
): { readonly value: ModelValue } | { readonly problem: FieldProblem } {
  const trimmed = text.trim();
  if (trimmed === '') return { problem: { code: 'no-model' } };
  if (trimmed.startsWith('{')) return readShape(trimmed);
  if (!/^[\d.+-]/u.test(trimmed.normalize('NFKC')) || /^\d+[a-z]+-/iu.test(trimmed))
    return { value: trimmed.toLowerCase() };
  const count = parseQuantity(trimmed, 'count');
  return 'value' in count ? { value: { parameters: count.value } } : { problem: count };
}

/** Whether this text is a count or a shape rather than an id. */
export const isCount = (model: ModelValue): model is { readonly parameters: number } =>
  typeof model === 'object' && 'parameters' in model;
export const isShape = (model: ModelValue): model is Shape => typeof model === 'object' && 'layers' in model;

const maximumLength = 20_000;

function readShape(text: string): { readonly value: ModelValue } | { readonly problem: FieldProblem } {
  if (text.length > maximumLength) return { problem: { code: 'too-large', limit: maximumLength } };
  try {
    const shape = JSON.parse(swapQuotes(text)) as Shape | { parameters: number };
    return { value: shape };
  } catch {
    return { problem: { code: 'damaged-shape' } };
  }
}

function swapQuotes(text: string): string {
  return text.replace(/['"]/gu, (quote) => (quote === '"' ? "'" : '"'));
}
