// The question that the inputs make, and its answer: what is wrong stands beside its input, the last good answer stays.

import type { FitAnswer, InferenceMemory, Problem, Question, TrainingMemory } from '../../engine/engine';
import type { FieldKey, FieldProblem, State, Values } from '../../state/fields';
import type { Device } from '../../parse/devices';
import type { Store } from '../../state/store';
import type { Context } from '../context';
import { columns } from '../fit';
import { asInputs, jobOf, keyOfProblem, planFields } from './options';

export type NamedDevice = Device & { readonly name: string };

/** The device that the breakdown is for: the chosen one, else the first. */
export function device(ctx: Context): NamedDevice | undefined {
  const all = columns(ctx);
  return all.find((d) => d.id === ctx.store.values.card) ?? all[0];
}

/** The hardware as the core takes it. */
export function hardwareFields(d: Device): Readonly<Record<string, unknown>> {
  return { ...(d.gpu ? { gpu: d.gpu.id } : { memoryBytes: d.memoryBytes }), gpus: d.count };
}

/** Model, plan and hardware; `task` is for the kinds that take both tasks. */
export function jobFields(values: Values, d: Device): Readonly<Record<string, unknown>> {
  return { model: values.model, ...planFields(values), ...hardwareFields(d) };
}

const taskOf = (values: Values) => (jobOf(values) === 'serve' ? 'inference' : 'training');

/** The same job asked as another kind: "fit", "max-context" and their like. */
export function jobQuestion(ask: string, values: Values, d: Device): Question {
  return { ask, task: taskOf(values), ...jobFields(values, d) };
}

export interface Plan {
  /** The last good answer. */
  readonly answer: Answered | undefined;
  /** What is wrong with the inputs together, by input. */
  readonly problems: ReadonlyMap<FieldKey, FieldProblem>;
  /** What is wrong and belongs to no input that is shown. */
  readonly others: readonly Problem[];
}

/** An answer with the values it was computed from. */
export interface Answered {
  readonly values: Values;
  /** How they were typed. */
  readonly state: State;
  readonly device: NamedDevice;
  readonly serving?: InferenceMemory;
  readonly training?: TrainingMemory;
  readonly fit?: FitAnswer | undefined;
}

const lastGood = new WeakMap<Store, Answered>();

export function plan(ctx: Context): Plan {
  const { values } = ctx.store;
  const d = device(ctx);
  if (!d) return { answer: undefined, problems: new Map(), others: [] };
  const serves = jobOf(values) === 'serve';
  const { gpus, memoryBytes, ...job } = jobFields(values, d) as Record<string, unknown>;
  // Training memory takes no bare memory size: only the context depends on the card.
  const asked = { ...job, gpus, ...(serves && memoryBytes !== undefined ? { memoryBytes } : {}) };
  const reply = ctx.ask<InferenceMemory & TrainingMemory>({
    ask: serves ? 'inference-memory' : 'training-memory',
    ...asked,
  });
  if (reply.result) {
    const fit = ctx.ask<FitAnswer>(jobQuestion('fit', values, d)).result;
    const answer = {
      values,
      state: ctx.store.good,
      device: d,
      fit,
      ...(serves ? { serving: reply.result } : { training: reply.result }),
    };
    lastGood.set(ctx.store, answer);
    return { answer, problems: new Map(), others: [] };
  }
  const problems = new Map<FieldKey, FieldProblem>();
  const others: Problem[] = [];
  for (const said of reply.problems) {
    const key = keyOfProblem(values, said.field);
    const problem = asInputs(values, said);
    if (key === undefined) others.push(problem);
    else if (!problems.has(key)) problems.set(key, problem);
  }
  return { answer: lastGood.get(ctx.store), problems, others };
}
