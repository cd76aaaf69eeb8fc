// The only importer of the WebAssembly glue. Questions are plain objects of the batch contract; the core checks their
// types and values; answers come back frozen.

import createSlideRule from '../generated/slide-rule.mjs';
import * as packed from './packed';
import type { FitProgress, LawFitAnswer } from './law-types';
import type { Gpu, Problem, Question, Reply, SchemaKind } from './types';

export type * from './types';
export type * from './law-types';
export type * from './memory-types';

export interface Engine {
  /** Answers one question of the batch contract, `{ask: kind, …fields}`. Never throws for a bad question. */
  ask<Result = Readonly<Record<string, unknown>>>(question: Question): Reply<Result>;
  /** Every kind of question with its fields, defaults, ranges and choices, as the core describes them. */
  schema(): readonly SchemaKind[];
  /** The catalogue of accelerators. */
  readonly gpus: readonly Gpu[];
  /** By its id or its name, however spaced. */
  gpu(text: string): Gpu | undefined;
  /** The known id nearest to a wrong one. */
  nearestGpu(id: string): string | undefined;
  /** Begins the fit of a "fit-law" question, to be advanced a slice at a time. One is under way at a time. */
  beginFit(question: Question): Reply<LawFit>;
}

/** A fit under way. */
export interface LawFit {
  /** Does up to `units` solves; true when all are done. */
  step(units: number): boolean;
  progress(): FitProgress;
  /** At any time: by what is done so far. */
  answer(): LawFitAnswer;
}

/** "RTX 4090" is rtx-4090. */
const bare = (text: string) => text.toLowerCase().replace(/[\s_-]/gu, '');

/** Starts the core from the bytes of slide-rule.wasm: nothing is fetched, so it works from file:// and in a worker. */
export async function createEngine(options: { wasmBinary: ArrayBuffer | Uint8Array }): Promise<Engine> {
  const core = await createSlideRule({ wasmBinary: options.wasmBinary });
  // Whatever waits comes before the first question, which makes the browser compile much of the core.
  await new Promise((resume) => setTimeout(resume));
  const ask = <Result>(question: Question) => packed.ask(core, question) as Reply<Result>;
  const gpus = ask<{ gpus: readonly Gpu[] }>({ ask: 'gpus' }).result?.gpus ?? [];
  const gpuOf = new Map(gpus.flatMap((g) => [g.id, g.name].map((text) => [bare(text), g])));
  return Object.freeze({
    ask,
    schema: () => packed.schema(core) as readonly SchemaKind[],
    gpus,
    gpu: (text: string) => gpuOf.get(bare(text)),
    nearestGpu: (id: string) =>
      ask({ ask: 'max-parameters', rule: 'article-2024', gpu: id }).problems?.find((p) => p.field === 'gpu')
        ?.nearest,
    beginFit: (question: Question): Reply<LawFit> => {
      const begun = packed.beginFit(core, question) as { problems?: readonly Problem[] } | undefined;
      if (begun?.problems) return { problems: begun.problems };
      return {
        result: {
          step: (units: number) => Boolean(core.stepFit?.(units) ?? true),
          progress: () => packed.progressOfFit(core) as FitProgress,
          answer: () => packed.answerOfFit(core) as LawFitAnswer,
        },
      };
    },
  });
}
