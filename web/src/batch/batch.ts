// The batch contract over the engine: a line in, a line out. The command itself (scripts/llm-slide-rule.mjs) only
// reads and writes streams.

import { createEngine, type Engine, type Problem, type Question, type SchemaField } from '../engine/engine';
import { problemText } from '../i18n/problem';
import { translator } from '../i18n/index';
import importWords from '../i18n/ids/import.json';
import kindWords from '../i18n/ids/kinds.json';
import { importConfig, isConfig } from '../import/config';

declare const __VERSION__: string;
export const version = __VERSION__;
export { createEngine };

const t = translator('en');

export interface BatchLine {
  readonly text: string;
  /** False where the line was not JSON; the command then exits with 1. */
  readonly isJson: boolean;
}

/** Answers one line. `lineNumber` counts from 1 and is named where the line is not JSON. */
export function answerLine(engine: Engine, line: string, lineNumber: number): BatchLine {
  let question: unknown;
  try {
    question = JSON.parse(line);
  } catch {
    const problem = { field: 'line', code: 'not-json', limit: lineNumber };
    return { text: JSON.stringify({ problems: [withMessage(problem)] }), isJson: false };
  }
  return { text: JSON.stringify(answer(engine, question)), isJson: true };
}

/** The answer to one question as the contract writes it: id and ask, then the result or the problems. */
export function answer(engine: Engine, question: unknown): object {
  const head = isObject(question) ? { id: question['id'], ask: question['ask'] } : {};
  const { asked, problems, notes } = withShape(question);
  if (problems.length > 0) return { ...head, problems: problems.map(withMessage) };
  const reply = engine.ask(asked as Question);
  if (reply.problems) return { ...head, problems: reply.problems.map(withMessage) };
  const assumptions = [reply.result['assumptions'] ?? [], notes.map((id) => ({ id }))].flat();
  return { ...head, ...reply.result, ...(notes.length > 0 ? { assumptions } : {}) };
}

interface Shaped {
  readonly asked: unknown;
  readonly problems: readonly Problem[];
  /** What the import took for granted. */
  readonly notes: readonly string[];
}

/** A model given as a Hugging Face config.json becomes the shape that the core takes. */
function withShape(question: unknown): Shaped {
  if (!isObject(question) || !isConfig(question['model']))
    return { asked: question, problems: [], notes: [] };
  const { shape, problems, notes } = importConfig(question['model']);
  const named = problems.map((p) => ({ ...p, field: `model.${p.field}` }));
  return { asked: { ...question, model: shape }, problems: named, notes };
}

function withMessage(problem: Problem): object {
  const { field, code, limit, nearest } = problem;
  return {
    field,
    code,
    message: messageOf(problem),
    ...(limit ? { limit } : {}),
    ...(nearest ? { nearest } : {}),
  };
}

/** The words of the core's codes stand in en.json, those of the import beside them. */
function messageOf(problem: Problem): string {
  const ofImport: Readonly<Record<string, { en: string }>> = importWords;
  return (
    ofImport[problem.code]?.en ?? ofImport[`problem.${problem.code}`]?.en ?? problemText(problem, t, 'en')
  );
}

function isObject(x: unknown): x is Record<string, unknown> {
  return typeof x === 'object' && x !== null && !Array.isArray(x);
}

/** A JSON Schema (2020-12) of every kind of question, from the core's own description of its fields. */
export function jsonSchema(engine: Engine): object {
  const questions = engine.schema().map((kind) => ({
    title: kind.kind,
    description: aboutKind(kind.kind),
    type: 'object',
    properties: {
      id: { type: 'string' },
      ask: { const: kind.kind },
      ...Object.fromEntries(kind.fields.map((f) => [f.name, fieldSchema(f)])),
    },
    required: ['ask', ...kind.fields.filter((f) => f.required).map((f) => f.name)],
    additionalProperties: false,
  }));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'llm-slide-rule batch contract',
    $defs: {
      question: { oneOf: questions },
      answer: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          ask: { type: 'string' },
          problems: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                field: { type: 'string' },
                code: { type: 'string' },
                message: { type: 'string' },
                limit: { type: 'number' },
                nearest: { type: 'string' },
              },
              required: ['field', 'code', 'message'],
            },
          },
        },
      },
    },
    $ref: '#/$defs/question',
  };
}

function fieldSchema(f: Partial<SchemaField>): object {
  const range = {
    ...(f.default !== undefined ? { default: f.default } : {}),
    ...(f.minimum !== undefined ? { [f.aboveMinimum ? 'exclusiveMinimum' : 'minimum']: f.minimum } : {}),
    ...(f.maximum !== undefined ? { maximum: f.maximum } : {}),
  };
  switch (f.type) {
    case 'number':
      return { type: f.whole ? 'integer' : 'number', ...range };
    case 'choice':
      return { enum: f.choices, ...range };
    case 'list':
      return { type: 'array', items: fieldSchema(f.items ?? {}) };
    case 'object':
      return {
        type: 'object',
        properties: Object.fromEntries((f.fields ?? []).map((inner) => [inner.name, fieldSchema(inner)])),
        additionalProperties: false,
      };
    case 'model':
      return { type: ['string', 'object'], description: t('help.model') };
    default:
      return { type: f.type, ...range };
  }
}

/** The text of --help: every kind with what it answers, its fields, defaults, ranges and choices. */
export function help(engine: Engine): string {
  const lines = [t('help.head'), ''];
  for (const kind of engine.schema()) {
    lines.push(`"ask": "${kind.kind}"`.padEnd(28) + aboutKind(kind.kind));
    for (const f of kind.fields) lines.push(`  ${f.name.padEnd(24)} ${describe(f)}`);
    lines.push('');
  }
  return lines.join('\n');
}

/** What a kind answers, in a line. */
function aboutKind(kind: string): string {
  const words: Readonly<Record<string, { en: string }>> = kindWords;
  return words[kind]?.en ?? '';
}

function describe(f: SchemaField): string {
  const range = [
    f.minimum !== undefined ? `${f.aboveMinimum ? '>' : '>='} ${f.minimum}` : '',
    f.maximum !== undefined ? `<= ${f.maximum}` : '',
  ].filter(Boolean);
  const type = f.choices ? f.choices.join(' | ') : f.whole ? 'integer' : f.type;
  const given = f.required ? t('help.required') : f.default !== undefined ? `(${String(f.default)})` : '';
  return [type, range.join(', '), given].filter(Boolean).join('  ');
}
