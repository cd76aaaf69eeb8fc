// A list of devices as it stands in the URL: "rtx-4090,h100-sxm*8,24GB". Good parts are used, bad parts are said.

import type { Engine, Gpu } from '../engine/engine';
import type { Read } from '../state/fields';
import { parseQuantity } from './quantity';

export interface Device {
  /** The text of this entry without its count: a GPU id or a memory size. */
  readonly id: string;
  readonly count: number;
  readonly gpu?: Gpu;
  /** Usable bytes of one card. */
  readonly memoryBytes: number;
}

const maximumCount = 1e6;

export function parseDevices(text: string, engine: Engine): Read<readonly Device[]> {
  const devices: Device[] = [];
  const state: { problem?: Read<never>['problem'] } = {};
  for (const entry of text
    .split(',')
    .map((e) => e.trim())
    .filter(Boolean)) {
    const [id = '', times = '1'] = entry.split('*');
    const count = Number(times);
    if (!Number.isInteger(count) || count < 1 || count > maximumCount) {
      state.problem ??= {
        code: count > maximumCount ? 'above-maximum' : 'gpu-count',
        text: entry,
        limit: maximumCount,
      };
      continue;
    }
    const gpu = engine.gpus.find((g) => g.id === id);
    const size = gpu ? undefined : parseQuantity(id, 'bytes');
    if (gpu) devices.push({ id, count, gpu, memoryBytes: gpu.usableBytes });
    else if (size && 'value' in size && size.value > 0) devices.push({ id, count, memoryBytes: size.value });
    else state.problem ??= { code: 'unknown-gpu', text: id, nearest: engine.nearestGpu(id) };
  }
  return state.problem ? { value: devices, problem: state.problem } : { value: devices };
}

/** The list with one entry's count changed, or the entry taken out (count 0). */
export function withCount(text: string, id: string, count: string): string {
  const entries = text.split(',').filter((e) => e.trim() !== '');
  return entries
    .map((e) => (e.trim().split('*')[0] === id ? (count === '1' ? id : `${id}*${count}`) : e))
    .join(',');
}

export function without(text: string, id: string): string {
  return text
    .split(',')
    .filter((e) => e.trim() !== '' && e.trim().split('*')[0] !== id)
    .join(',');
}
