// Runs one task at a time, in a worker where the browser allows one, else on this thread in slices that leave every
// frame its time.

import type { Engine } from '../engine/engine';
import workerCode from '../generated/fit-worker';
import { perform, type Report, type Task } from './tasks';
import type { Order } from './worker';

/** Well under a frame; a solve of many runs may take longer. */
const kSliceMs = 12;

type Heard = Report | { readonly kind: 'done' } | { readonly kind: 'failed'; readonly reason: string };

export interface Listener {
  report(report: Report): void;
  done(): void;
  failed(reason: string): void;
}

declare const trustedTypes:
  { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } } | undefined;
let policy: ReturnType<NonNullable<typeof trustedTypes>['createPolicy']> | undefined;

/** Under a host's trusted types a worker starts where the policy of this name is allowed. */
function trusted(url: string): string {
  if (typeof trustedTypes === 'undefined') return url;
  policy ??= trustedTypes.createPolicy('llm-slide-rule', { createScriptURL: (address: string) => address });
  return policy.createScriptURL(url);
}

export class Runner {
  /** Whether tasks run on this thread, because a worker could not start. */
  onThisThread = false;
  readonly #engine: Engine;
  readonly #wasm: () => Promise<Uint8Array>;
  #stop: () => void = () => undefined;

  constructor(engine: Engine, wasm: () => Promise<Uint8Array>) {
    this.#engine = engine;
    this.#wasm = wasm;
  }

  /** Ends what runs; nothing more is heard of it. */
  cancel(): void {
    this.#stop();
    this.#stop = () => undefined;
  }

  run(task: Task, listener: Listener): void {
    this.cancel();
    if (this.onThisThread) this.#here(task, listener);
    else void this.#inWorker(task, listener);
  }

  async #inWorker(task: Task, listener: Listener): Promise<void> {
    let stopped = false;
    let heard = false;
    let worker: Worker | undefined;
    const url = URL.createObjectURL(new Blob([workerCode], { type: 'text/javascript' }));
    const end = () => {
      stopped = true;
      worker?.terminate();
      URL.revokeObjectURL(url);
    };
    this.#stop = end;
    const blocked = () => {
      if (stopped) return;
      end();
      this.onThisThread = true;
      this.#here(task, listener);
    };
    const wasm = await this.#wasm();
    if (stopped) return;
    try {
      worker = new Worker(trusted(url));
    } catch {
      blocked();
      return;
    }
    worker.onerror = (event) => {
      event.preventDefault();
      if (!heard) blocked();
      else listener.failed(event.message);
    };
    worker.onmessage = ({ data }: MessageEvent<Heard>) => {
      if (stopped) return;
      if (data.kind === 'failed' && !heard) {
        blocked();
        return;
      }
      heard = true;
      if (data.kind === 'done') {
        end();
        listener.done();
      } else if (data.kind === 'failed') {
        end();
        listener.failed(data.reason);
      } else listener.report(data);
    };
    worker.postMessage({ wasm, task } satisfies Order);
  }

  #here(task: Task, listener: Listener): void {
    let stopped = false;
    this.#stop = () => (stopped = true);
    const steps = perform(task, this.#engine, kSliceMs);
    const next = () => {
      if (stopped) return;
      try {
        const step = steps.next();
        if (step.done) listener.done();
        else {
          if (step.value) listener.report(step.value);
          setTimeout(next, 0);
        }
      } catch (error) {
        listener.failed(String(error));
      }
    };
    setTimeout(next, 0);
  }
}
