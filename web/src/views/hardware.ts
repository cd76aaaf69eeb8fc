// Hardware: pick GPUs by name and say how many, or type a memory size.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Gpu } from '../engine/engine';
import { bytes, exact } from '../format/format';
import { countOf, deviceEntries, withCount, without } from '../parse/devices';
import { searched } from '../parse/search';
import type { Context } from './context';
import { fieldMessage, foundText, textField } from './parts';
import { inChunks, lengthClass } from './turns';

const shown = 12;

/** What people use most, shown before anything is typed; the search reaches the whole catalogue. */
const common = [
  'rtx-3060-12gb',
  'rtx-3090',
  'rtx-4070-ti-super',
  'rtx-4090',
  'rtx-5070-ti',
  'rtx-5080',
  'rtx-5090',
  'rtx-6000-ada',
  'rtx-pro-6000-blackwell-ws',
  't4',
  'l4',
  'a10g',
  'l40s',
  'v100-sxm2-32gb',
  'a100-sxm-40gb',
  'a100-sxm-80gb',
  'h100-pcie',
  'h100-sxm',
  'h200-sxm',
  'b200-sxm',
  'mi300x',
  'dgx-spark-gb10',
  'apple-m4-pro',
  'apple-m4-max',
  'apple-m3-ultra',
];

/** What a search looks at. */
const textOf = (g: Gpu) => `${g.name} ${g.id} ${g.vendor} ${g.family} ${g.memoryGb}gb`.toLowerCase();

export function hardware(ctx: Context): TemplateResult {
  const entries = deviceEntries(ctx.store.state.gpu, ctx.engine);
  const isChosen = (g: Gpu) => entries.some((e) => e.id === g.id);
  const { gpus } = ctx.engine;
  const { gpuSearch } = ctx.ui;
  const isSearching = gpuSearch.trim() !== '';
  const found = isSearching ? searched(gpus, gpuSearch, textOf) : gpus.filter((g) => common.includes(g.id));
  const picks = found.slice(0, isSearching ? shown : common.length);
  const problem = ctx.store.problem('gpu');
  const toggle = (g: Gpu, on: boolean) => {
    const text = ctx.store.state.gpu;
    // What was chosen last leads: the answers are about the first.
    const chosen = { gpu: [g.id, text].filter(Boolean).join(','), card: '' };
    ctx.set(on ? chosen : { gpu: without(text, ctx.engine, g.id) }, { commit: true });
  };
  return html`<section class="hardware" lang=${ctx.lang} aria-labelledby=${ctx.id('title')}>
    <h2 id=${ctx.id('title')}>${ctx.t('hardware.title')}</h2>
    <p class="lead">${ctx.t('hardware.lead')}</p>
    ${inChunks(
      ctx,
      entries,
      (some) =>
        html`<ul class="chips ${lengthClass(entries)}">
          ${some.map(({ id, times }) => {
            const gpu = ctx.engine.gpu(id);
            return gpu ? chip(ctx, gpu, times) : nothing;
          })}
        </ul>`,
    )}
    <p class="problem" role="alert" id=${ctx.id('gpu-problem')}>
      ${problem ? fieldMessage(problem, ctx, 'gpu') : nothing}
    </p>
    <div class="fields">
      <form class="field wide">
        <label for=${ctx.id('gpu-search')}>${ctx.t('hardware.search')}</label>
        <input
          id=${ctx.id('gpu-search')}
          type="search"
          autocomplete="off"
          placeholder=${ctx.t('hardware.search-example')}
          .value=${live(gpuSearch)}
          aria-describedby=${ctx.id('gpu-found')}
          @input=${(e: InputEvent) => ctx.setUi({ gpuSearch: (e.target as HTMLInputElement).value })}
        />
        <span class="note" id=${ctx.id('gpu-found')}
          >${foundText(ctx, (isSearching ? found : gpus).length, picks.length, isSearching)}</span
        >
      </form>
      ${textField(ctx, 'memory', ctx.t('hardware.memory'), {
        placeholder: '24GB',
        hint: ctx.t('hardware.memory-hint'),
        ...(ctx.store.values.memory === undefined
          ? {}
          : {
              echo: `= ${bytes(ctx.store.values.memory, 'GB', ctx.lang)} = ${bytes(ctx.store.values.memory, 'GiB', ctx.lang)}`,
            }),
      })}
    </div>
    <fieldset class="picks">
      <legend>${ctx.t('hardware.pick')}</legend>
      ${picks.map(
        (g) =>
          html`<label class="pick">
            <input
              type="checkbox"
              .checked=${live(isChosen(g))}
              @change=${(e: Event) => toggle(g, (e.target as HTMLInputElement).checked)}
            />
            <span
              >${g.name}
              <small title="${exact(g.usableBytes, ctx.lang)} B"
                >${bytes(g.usableBytes, ctx.unit, ctx.lang)}</small
              ></span
            >
          </label>`,
      )}
    </fieldset>
  </section>`;
}

function chip(ctx: Context, gpu: Gpu, times: string): TemplateResult {
  const id = ctx.id(`count-${gpu.id}`);
  const { name } = gpu;
  const isBad = !(countOf(times) >= 1);
  const change = (value: string, commit: boolean) =>
    ctx.set({ gpu: withCount(ctx.store.state.gpu, ctx.engine, gpu.id, value) }, { commit });
  return html`<li>
    <span>${name}</span>
    <label for=${id} class="times">×<span class="hidden">${ctx.t('hardware.count', { name })}</span></label>
    <input
      id=${id}
      class="count"
      type="text"
      inputmode="numeric"
      autocomplete="off"
      .value=${live(times)}
      aria-invalid=${isBad ? 'true' : nothing}
      aria-describedby=${ctx.id('gpu-problem')}
      @input=${(e: InputEvent) => change((e.target as HTMLInputElement).value, false)}
      @change=${(e: Event) => change((e.target as HTMLInputElement).value, true)}
    />
    <button
      type="button"
      class="remove"
      aria-label=${ctx.t('hardware.remove', { name })}
      @click=${() => ctx.set({ gpu: without(ctx.store.state.gpu, ctx.engine, gpu.id) }, { commit: true })}
    >
      ✕
    </button>
  </li>`;
}
