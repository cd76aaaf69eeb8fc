// The only importer of the WebAssembly glue. Questions are plain objects of the batch contract; the core checks their
// types and values; answers come back frozen.

import createSlideRule from '../generated/slide-rule.mjs';
import type { Question, Reply, SchemaKind } from './types';

export type * from './types';

export interface Engine {
  /** Answers one question of the batch contract, `{ask: kind, …fields}`. Never throws for a bad question. */
  ask<Result = Readonly<Record<string, unknown>>>(question: Question): Reply<Result>;
  /** Every kind of question with its fields, defaults, ranges and choices, as the core describes them. */
  schema(): readonly SchemaKind[];
}

/** Starts the core from the bytes of slide-rule.wasm: nothing is fetched, so it works from file:// and in a worker. */
export async function createEngine(options: { wasmBinary: ArrayBuffer | Uint8Array }): Promise<Engine> {
  const core = await createSlideRule({ wasmBinary: options.wasmBinary });
  return Object.freeze({
    ask: <Result>(question: Question) => freeze(core.ask(question)) as Reply<Result>,
    schema: () => freeze(core.schema()) as readonly SchemaKind[],
  });
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}
