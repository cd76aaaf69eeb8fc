// A model as it stands in the state: a catalogue id ("llama-3.1-8b"), a parameter count ("7B"), or the shape of an
// imported file as JSON with the quotes changed over, so that it stays readable in a link: {'layers':32,…}. Bytes of a
// file's layers, of which few are different, stand there as sizes and a letter a layer: '436208640,443555840:aabab…'.

import type { Shape } from '../import/shape';
import { parseQuantity } from '../parse/quantity';
import type { FieldProblem } from './field';

/** What the core takes for a model. */
export type ModelValue = string | { readonly parameters: number } | Shape;

export function shapeToText(shape: Shape): string {
  return swapQuotes(JSON.stringify(shape, (key, value: unknown) => (isPacked(key) ? packed(value) : value)));
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** "layers" is a list in a file alone; the model's own is a number, which stays one. */
const isPacked = (key: string) => key === 'layers' || key === 'experts';

function packed(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const sizes = [...new Set(value as number[])];
  if (sizes.length > letters.length) return value;
  return `${sizes.join(',')}:${(value as number[]).map((n) => letters[sizes.indexOf(n)]).join('')}`;
}

function unpacked(value: unknown): unknown {
  const parts = typeof value === 'string' ? /^([\d,]+):([a-z]+)$/iu.exec(value) : null;
  if (!parts?.[1] || !parts[2]) return value;
  const sizes = parts[1].split(',').map(Number);
  return [...parts[2]].map((letter) => sizes[letters.indexOf(letter)]);
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
    const shape = JSON.parse(swapQuotes(text), (key, value: unknown) =>
      isPacked(key) ? unpacked(value) : value,
    ) as Shape | { parameters: number };
    return { value: shape };
  } catch {
    return { problem: { code: 'damaged-shape' } };
  }
}

function swapQuotes(text: string): string {
  return text.replace(/['"]/gu, (quote) => (quote === '"' ? "'" : '"'));
}
