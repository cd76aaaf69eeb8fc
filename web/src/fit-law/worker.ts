// The classic worker of the page: it is started from a blob, gets the wasm's bytes and one task at a time, and reports.
// It is cancelled by ending it.

import { createEngine } from '../engine/engine';
import { perform, type Task } from './tasks';

export interface Order {
  readonly wasm: Uint8Array;
  readonly task: Task;
}

const kSliceMs = 50;
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage(message: unknown, transfer?: readonly Transferable[]): void;
};

scope.onmessage = ({ data: { wasm, task } }) => {
  void (async () => {
    try {
      for (const report of perform(task, await createEngine({ wasmBinary: wasm }), kSliceMs)) {
        if (report?.kind === 'read') {
          scope.postMessage(report, [report.read.rows.buffer, report.read.lines.buffer]);
        } else if (report) scope.postMessage(report);
      }
      scope.postMessage({ kind: 'done' });
    } catch (error) {
      scope.postMessage({ kind: 'failed', reason: String(error) });
    }
  })();
};
