// Worked starting points: each sets every input of the page.

import { html, type TemplateResult } from 'lit';
import { idKey } from '../../i18n/index';
import { initialState, type FieldKey, type State } from '../../state/fields';
import { modelFields } from '../../state/model-fields';
import type { Context } from '../context';

export const startingPoints: Readonly<Record<string, Partial<State>>> = {
  'one-4090': {
    gpu: 'rtx-4090',
    model: 'qwen3-32b',
    task: 'serve',
    engine: 'llama.cpp',
    format: 'Q4_K_M',
    context: '8192',
  },
  'qlora-4090': {
    gpu: 'rtx-4090',
    model: 'llama-3.1-8b',
    task: 'fine-tune',
    tune: 'qlora',
    optimizer: 'paged-adamw-8bit',
    framework: 'peft',
  },
  'chatbot-50': {
    gpu: 'l40s,a100-sxm-80gb,h100-sxm',
    model: 'qwen3-8b',
    task: 'serve',
    engine: 'vllm',
    users: '50',
    context: '4096',
  },
  'train-1b': {
    gpu: 'h100-sxm*8',
    model: 'llama-3.2-1b',
    task: 'train',
    framework: 'torchtitan',
    seq: '8192',
    micro: '4',
    sharding: 'zero3',
    recompute: 'selective',
  },
};

const own = Object.keys(modelFields) as readonly FieldKey[];
const afresh = Object.fromEntries([...own, 'memory' as const].map((key) => [key, initialState[key]]));

export function starts(ctx: Context): TemplateResult {
  return html`<nav class="starts" lang=${ctx.lang} aria-label=${ctx.t('start.title')}>
    <p>${ctx.t('start.lead')}</p>
    <ul>
      ${Object.entries(startingPoints).map(
        ([id, patch]) =>
          html`<li>
            <button type="button" @click=${() => ctx.set({ ...afresh, ...patch }, { commit: true })}>
              ${ctx.t(idKey('start', id))}
            </button>
          </li>`,
      )}
    </ul>
  </nav>`;
}
