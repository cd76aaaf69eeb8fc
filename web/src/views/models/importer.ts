// Any model: a config.json pasted, or files dropped or picked. Read in this page, only their headers, never sent.

import { html, nothing, type TemplateResult } from 'lit';
import type { ModelAnswer, Problem } from '../../engine/engine';
import { bytes, exact } from '../../format/format';
import { idKey } from '../../i18n/index';
import { problemText } from '../../i18n/problem';
import { importConfigText } from '../../import/config';
import { importFiles, type ImportedFiles } from '../../import/files';
import { initialState, type State } from '../../state/fields';
import { fitsInLink, maximumLink } from '../../state/hash';
import { coreField } from '../../state/model-fields';
import { shapeToText } from '../../state/model-text';
import type { Context } from '../context';
import { modelName } from './model';

export function importer(ctx: Context): TemplateResult {
  const id = ctx.id('config');
  const imported = standing(ctx);
  const failed = (imported?.result.problems.length ?? 0) > 0;
  return html`<div
    class="drop"
    @dragover=${(e: DragEvent) => e.preventDefault()}
    @drop=${(e: DragEvent) => {
      e.preventDefault();
      const files = [...(e.dataTransfer?.files ?? [])];
      const text = e.dataTransfer?.getData('text') ?? '';
      if (files.length > 0) void readFiles(ctx, files);
      else if (text !== '') readText(ctx, text);
    }}
  >
    <form class="field">
      <label for=${id}>${ctx.t('import.paste')}</label>
      <textarea
        id=${id}
        rows="3"
        spellcheck="false"
        autocomplete="off"
        placeholder=${ctx.t('import.example')}
        aria-invalid=${failed ? 'true' : nothing}
        aria-describedby="${id}-note ${id}-result"
        @input=${(e: Event) => readText(ctx, (e.target as HTMLTextAreaElement).value)}
      ></textarea>
    </form>
    <form class="field">
      <label for="${id}-files">${ctx.t('import.files')}</label>
      <input
        id="${id}-files"
        type="file"
        multiple
        aria-describedby="${id}-note ${id}-result"
        @change=${(e: Event) => {
          const input = e.target as HTMLInputElement;
          void readFiles(ctx, [...(input.files ?? [])]);
          input.value = '';
        }}
      />
      <span class="note" id="${id}-note">${ctx.t('import.local')}</span>
    </form>
    <div class="result" id="${id}-result" role="status">
      ${imported ? report(ctx, imported.from, imported.result) : nothing}
    </div>
  </div>`;
}

/** The result of the latest import counts, whichever ends first. */
let latest = 0;

async function readFiles(ctx: Context, files: readonly File[]): Promise<void> {
  if (files.length === 0 || ctx.locked()) return;
  latest += 1;
  const mine = latest;
  const result = await importFiles(files);
  if (mine === latest) take(ctx, files.map((f) => f.name).join(', '), result);
}

function readText(ctx: Context, text: string): void {
  if (ctx.locked()) return;
  latest += 1;
  if (text.length < 1000 && text.trim() === '') ctx.setUi({ imported: undefined });
  else take(ctx, ctx.t('import.pasted'), importConfigText(text));
}

function take(ctx: Context, from: string, result: ImportedFiles): void {
  const left = withoutFile(ctx);
  const { shape, name, family, file } = result;
  const tell = (model: string) => ctx.setUi({ imported: { from, result, model } });
  if (!shape) return tell(ctx.store.state.model);
  const called = shape.name ?? name ?? family;
  const model = shapeToText({
    ...(called === undefined ? {} : { name: called }),
    ...shape,
    ...(file && { file }),
  });
  tell(model);
  ctx.set({ model, ...left, ...formatOf(ctx, result) }, { commit: true });
}

/** With another model: the format that a file set goes with the file. */
export function withoutFile(ctx: Context): Partial<State> {
  const isOfFile = standing(ctx)?.result.weightFormat === ctx.store.state.format;
  return isOfFile ? { format: initialState.format, bpw: '' } : {};
}

/** What was read last, as long as its model stands. */
const standing = ({ ui, store }: Context) =>
  ui.imported?.model === store.state.model ? ui.imported : undefined;

/** The stored format, where the core knows it, and what of its bytes the model's shape does not hold already. */
function formatOf(ctx: Context, result: ImportedFiles): Partial<State> {
  const { weightFormat } = result;
  const known = coreField(ctx.engine, 'inference-memory', 'weightFormat')?.choices ?? [];
  if (weightFormat === undefined || !known.includes(weightFormat)) return { bpw: '' };
  const isGguf = result.file?.gguf ?? /^([A-Z]|I?Q)/u.test(weightFormat);
  return {
    format: weightFormat,
    bpw: bitsPerWeight(ctx, result, isGguf),
    ...(isGguf ? { engine: 'llama.cpp' } : {}),
  };
}

/** Where bytes are known in all, but not tensor by tensor; empty otherwise. */
function bitsPerWeight(
  ctx: Context,
  { shape, file, weights, indexBytes }: ImportedFiles,
  isGguf: boolean,
): string {
  if (file || shape === undefined) return '';
  if (weights) return isGguf ? String((weights.weightBytes * 8) / weights.elements) : '';
  const answer = ctx.ask<ModelAnswer>({ ask: 'model', model: shape }).result;
  if (indexBytes === undefined || !answer) return '';
  return String((indexBytes * 8) / (answer.parameters + answer.extraParameters));
}

function report(ctx: Context, from: string, result: ImportedFiles): TemplateResult {
  const { problems, notes, assumed, weights, indexBytes, shape, file } = result;
  const size = weights?.weightBytes ?? indexBytes;
  return html`${
    problems.length > 0
      ? html`<p class="problem">${ctx.t('import.failed', { from, model: modelName(ctx) })}</p>
          <ul class="problem">
            ${problems.slice(0, 8).map((p) => html`<li>${importProblem(ctx, p)}</li>`)}
          </ul>`
      : html`<p>
          ${
            size === undefined
              ? ctx.t('import.read', { from })
              : ctx.t('import.read-size', { from, size: bytes(size, ctx.unit, ctx.lang) })
          }
        </p>`
  }
  ${
    weights && problems.length === 0
      ? html`<ul class="formats">
          ${weights.formats.map(
            (f) =>
              html`<li>
                ${ctx.t('import.format', {
                  format: f.format,
                  tensors: exact(f.tensors, ctx.lang),
                  size: bytes(f.bytes, ctx.unit, ctx.lang),
                })}
              </li>`,
          )}
        </ul>`
      : nothing
  }
  ${
    notes.length > 0 || assumed.length > 0
      ? html`<ul class="assumptions">
          ${notes.map((note) => html`<li>${ctx.t(idKey('note', note))}</li>`)}
          ${assumed.length > 0 ? html`<li>${ctx.t(idKey('note', 'keys-assumed'), { keys: assumed.join(', ') })}</li>` : nothing}
        </ul>`
      : nothing
  }
  ${
    shape && !fitsInLink({ ...ctx.store.state, model: shapeToText({ ...shape, ...(file && { file }) }) })
      ? html`<p class="aside">
          ${ctx.t('import.too-long-for-link', { limit: exact(maximumLink, ctx.lang) })}
        </p>`
      : nothing
  }`;
}

/** The field as the file writes it, and what to do. */
function importProblem(ctx: Context, problem: Problem): TemplateResult {
  const own = ['config', 'file'].includes(problem.field) ? nothing : html`<code>${problem.field}</code>: `;
  return html`${own}${problemText(problem, ctx.t, ctx.lang)}`;
}
