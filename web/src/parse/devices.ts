// A list of devices as it stands in the URL: "rtx-4090,h100-sxm*8,24GB". Good parts are used, bad parts are said.

import type { Engine, Gpu } from '../engine/engine';
import type { Read } from '../state/fields';
import { cardCounters, parseQuantity } from './quantity';

export interface Device {
  /** The text of this entry without its count: a GPU id or a memory size. */
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
  const state: { problem?: Read<never>['problem'] } = {};
  for (const { id, times } of deviceEntries(text)) {
    const count = countOf(times);
    const gpu = engine.gpu(id);
    if (!(count >= 1 && count <= maximumCount)) {
      state.problem ??= {
        code: count > maximumCount ? 'above-maximum' : 'gpu-count',
        text: `${gpu?.name ?? id} × ${times}`,
        limit: maximumCount,
      };
      continue;
    }
    const size = gpu ? undefined : parseQuantity(id, 'bytes');
    if (gpu) devices.push({ id, count, gpu, memoryBytes: gpu.usableBytes });
    else if (size && 'value' in size && size.value > 0) devices.push({ id, count, memoryBytes: size.value });
    else {
      const nearest = engine.nearestGpu(id);
      state.problem ??= { code: 'unknown-gpu', text: id, nearest: nearest && engine.gpu(nearest)?.name };
    }
  }
  return state.problem ? { value: devices, problem: state.problem } : { value: devices };
}

/** An entry as it is typed: "h100-sxm*8" is id h100-sxm, times "8". */
export interface Entry {
  readonly id: string;
  readonly times: string;
}

export function deviceEntries(text: string): readonly Entry[] {
  const entries = text.split(',').filter((e) => e.trim() !== '');
  return entries.map((entry) => {
    const star = entry.indexOf('*');
    return star < 0
      ? { id: entry.trim(), times: '1' }
      : { id: entry.slice(0, star).trim(), times: entry.slice(star + 1) };
  });
}

/** The list with one entry's count as typed. */
export function withCount(text: string, id: string, times: string): string {
  return toText(
    deviceEntries(text).map((e) => (e.id === id ? { id, times: times.replace(/[,*]/gu, '') } : e)),
  );
}

export function without(text: string, id: string): string {
  return toText(deviceEntries(text).filter((e) => e.id !== id));
}

function toText(entries: readonly Entry[]): string {
  return entries.map((e) => (e.times === '1' ? e.id : `${e.id}*${e.times}`)).join(',');
}
