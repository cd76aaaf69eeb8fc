// What inputs are made of: how a text becomes a value, and which question of the core checks the value.

import type { Engine, Problem, Question } from '../engine/engine';
import { parseQuantity, type ParseCode, type QuantityKind } from '../parse/quantity';

export interface FieldProblem {
  readonly code: Problem['code'] | ParseCode;
  readonly limit?: number | undefined;
  readonly nearest?: string | undefined;
  /** The part of the text that was not understood. */
  readonly text?: string | undefined;
  /** How it is written. */
  readonly like?: string | undefined;
  /** Which part of a value that has several is meant: "layers" of a shape. */
  readonly part?: string;
  /** Whether it is left out, and all the rest was read. */
  readonly isLeftOut?: boolean;
}

export type Read<T> =
  { readonly value: T; readonly problem?: FieldProblem } | { readonly problem: FieldProblem };

export interface Field<T> {
  readonly initial: string;
  read(text: string, engine: Engine): Read<T>;
  /** The core's own check of the value: asked whenever it changes, with the field whose problems are this input's. */
  readonly probe?: (value: T) => { question: Question; field: string };
}

export function quantity(initial: string, kind: QuantityKind, probe?: Field<number>['probe']): Field<number> {
  return {
    initial,
    read: (text) => fromParsed(parseQuantity(text, kind, initial)),
    ...(probe ? { probe } : {}),
  };
}

/** An input that may stay empty. */
export function optionalQuantity(
  kind: QuantityKind,
  probe: (value: number) => { question: Question; field: string },
  initial = '',
) {
  return {
    initial,
    read: (text: string): Read<number | undefined> =>
      text.trim() === '' ? { value: undefined } : fromParsed(parseQuantity(text, kind, initial)),
    probe: (value: number | undefined) => probe(value ?? 1),
  };
}

export function choice<T extends string>(initial: T, words: readonly T[]): Field<T> {
  return {
    initial,
    read: (text) =>
      (words as readonly string[]).includes(text) ? { value: text as T } : unknownChoice(text, words),
  };
}

/** Of a few words, all are told. */
export const unknownChoice = (text: string, words: readonly string[]) => ({
  problem: {
    code: 'unknown-choice' as const,
    text,
    nearest: words.length > 12 ? undefined : words.join(', '),
  },
});

export function fromParsed(parsed: ReturnType<typeof parseQuantity>): Read<number> {
  return 'value' in parsed ? parsed : { problem: parsed };
}
