// Hardware: pick GPUs by name and say how many, or type a memory size.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Gpu } from '../engine/engine';
import { bytes, exact } from '../format/format';
import { withCount, without, type Device } from '../parse/devices';
import type { Context } from './context';
import { fieldMessage, textField } from './parts';

const shown = 12;

/** Every word of the search must occur in the name, vendor, family or memory label. */
function matching(gpus: readonly Gpu[], search: string): readonly Gpu[] {
  const words = search.toLowerCase().normalize('NFKC').split(/\s+/u).filter(Boolean);
  const text = (g: Gpu) => `${g.name} ${g.id} ${g.vendor} ${g.family} ${g.memoryGb}gb`.toLowerCase();
  return gpus.filter((g) => words.every((w) => text(g).includes(w)));
}

export function hardware(ctx: Context): TemplateResult {
  const chosen = ctx.store.values.gpu;
  const isChosen = (g: Gpu) => chosen.some((d) => d.id === g.id);
  const found = matching(ctx.engine.gpus, ctx.ui.gpuSearch);
  const problem = ctx.store.problem('gpu');
  const toggle = (g: Gpu, on: boolean) => {
    const text = ctx.store.state.gpu;
    ctx.set({ gpu: on ? [text, g.id].filter(Boolean).join(',') : without(text, g.id) }, { commit: true });
  };
  return html`<section aria-labelledby=${ctx.id('hardware')}>
    <h2 id=${ctx.id('hardware')}>${ctx.t('hardware.title')}</h2>
    <p>${ctx.t('hardware.lead')}</p>
    <ul class="chips">
      ${chosen.filter((d) => d.gpu).map((d) => chip(ctx, d))}
    </ul>
    ${problem ? html`<p class="problem" role="alert">${fieldMessage(problem, ctx)}</p>` : nothing}
    <div class="fields">
      <div class="field wide">
        <label for=${ctx.id('gpu-search')}>${ctx.t('hardware.search')}</label>
        <input
          id=${ctx.id('gpu-search')}
          type="search"
          autocomplete="off"
          placeholder=${ctx.t('hardware.search-example')}
          .value=${live(ctx.ui.gpuSearch)}
          aria-describedby=${ctx.id('gpu-found')}
          @input=${(e: InputEvent) => ctx.setUi({ gpuSearch: (e.target as HTMLInputElement).value })}
        />
        <span class="note" id=${ctx.id('gpu-found')}>
          ${
            found.length > shown
              ? ctx.t('hardware.found-more', { count: found.length, shown })
              : ctx.t('hardware.found', { count: found.length })
          }
        </span>
      </div>
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
      ${found.slice(0, shown).map(
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

function chip(ctx: Context, device: Device): TemplateResult {
  const id = ctx.id(`count-${device.id}`);
  const text = ctx.store.state.gpu;
  const entry = text.split(',').find((e) => e.trim().split('*')[0] === device.id) ?? '';
  const typed = entry.split('*')[1] ?? '1';
  const name = device.gpu?.name ?? device.id;
  const change = (value: string, commit: boolean) =>
    ctx.set({ gpu: withCount(text, device.id, value) }, { commit });
  return html`<li>
    <span>${name}</span>
    <label for=${id} class="times">×<span class="hidden">${ctx.t('hardware.count', { name })}</span></label>
    <input
      id=${id}
      class="count"
      type="text"
      inputmode="numeric"
      .value=${live(typed)}
      @input=${(e: InputEvent) => change((e.target as HTMLInputElement).value, false)}
      @change=${(e: Event) => change((e.target as HTMLInputElement).value, true)}
    />
    <button
      type="button"
      class="remove"
      aria-label=${ctx.t('hardware.remove', { name })}
      @click=${() => ctx.set({ gpu: without(text, device.id) }, { commit: true })}
    >
      ✕
    </button>
  </li>`;
}
