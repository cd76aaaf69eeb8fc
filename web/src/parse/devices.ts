// A list of devices as it stands in the URL: "rtx-4090,h100-sxm*8,24GB". Good parts are used, bad parts are said.

import type { Engine, Gpu } from '../engine/engine';
import type { FieldProblem, Read } from '../state/fields';
import { cardCounters, parseQuantity } from './quantity';

export interface Device {
  /** A GPU's id, or a memory size as it is typed. */
  readonly id: string;
  readonly count: number;
  readonly gpu?: Gpu;
  /** Usable bytes of one card. */
  readonly memoryBytes: number;
}

const maximumCount = 1e6;

/** A count as typed, in full-width digits, too, and with what it counts: "2장"; NaN where it is none. */
export function countOf(times: string): number {
  const text = times.normalize('NFKC').trim().replace(cardCounters, '');
  return /^\d+$/u.test(text) ? Number(text) : NaN;
}

export function parseDevices(text: string, engine: Engine): Read<readonly Device[]> {
  const devices: Device[] = [];
  const unknown: string[] = [];
  let problem: FieldProblem | undefined;
  for (const { id, times } of deviceEntries(text, engine)) {
    const count = countOf(times);
    const gpu = engine.gpu(id);
    if (!(count >= 1 && count <= maximumCount)) {
      problem ??= {
        code: count > maximumCount ? 'above-maximum' : 'gpu-count',
        text: `${gpu?.name ?? id} × ${times}`,
        limit: maximumCount,
      };
      continue;
    }
    const size = gpu ? undefined : parseQuantity(id, 'bytes');
    if (gpu) devices.push({ id, count, gpu, memoryBytes: gpu.usableBytes });
    else if (size && 'value' in size && size.value > 0) devices.push({ id, count, memoryBytes: size.value });
    else unknown.push(id);
  }
  const [first] = unknown;
  if (first !== undefined) {
    const nearest = unknown.length === 1 ? engine.nearestGpu(first) : undefined;
    problem = {
      code: 'unknown-gpu',
      text: unknown.join('”, “'),
      nearest: nearest && engine.gpu(nearest)?.name,
      isLeftOut: !problem,
    };
  }
  return problem ? { value: devices, problem } : { value: devices };
}

/** An entry: "H100 SXM*8" is id h100-sxm, times "8". */
export interface Entry {
  readonly id: string;
  readonly times: string;
}

export function deviceEntries(text: string, engine: Engine): readonly Entry[] {
  const entries = text.split(',').filter((e) => e.trim() !== '');
  return entries.map((entry) => {
    const [name = '', ...rest] = entry.split('*');
    const id = name.trim();
    return { id: engine.gpu(id)?.id ?? id, times: rest.length > 0 ? rest.join('*') : '1' };
  });
}

/** The list with one entry's count as typed. */
export function withCount(text: string, engine: Engine, id: string, times: string): string {
  return toText(
    deviceEntries(text, engine).map((e) => (e.id === id ? { id, times: times.replace(/[,*]/gu, '') } : e)),
  );
}

export function without(text: string, engine: Engine, id: string): string {
  return toText(deviceEntries(text, engine).filter((e) => e.id !== id));
}

function toText(entries: readonly Entry[]): string {
  return entries.map((e) => (e.times === '1' ? e.id : `${e.id}*${e.times}`)).join(',');
}
