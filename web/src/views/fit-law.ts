// Fit your own runs: the table, how to fit it, how far the fit is, and what came out.

import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { live } from 'lit/directives/live.js';
import { runsExamples } from '../examples/runs';
import type { LawFitAnswer } from '../engine/engine';
import { exact, percent, significant } from '../format/format';
import { FitSession, kLongestShown, type Table } from '../fit-law/session';
import type { FitSettings } from '../fit-law/tasks';
import { idKey } from '../i18n/index';
import { problemText } from '../i18n/problem';
import { roles, type Role } from '../import/runs-columns';
import type { RunsProblem } from '../import/runs';
import type { Store } from '../state/store';
import { fitForms } from '../state/fit-fields';
import { noted } from '../state/noted';
import type { Context, View } from './context';
import { fitPlots } from './fit-law-plots';
import { fitResults } from './fit-law-results';
import { intervalText, type Fitted } from './fit-law-words';
import { rich, selectField, sourceLine, staleNote, textField } from './parts';
import { inTurn } from './turns';

const sessions = new WeakMap<Store, FitSession>();

function sessionOf(ctx: Context): FitSession {
  let session = sessions.get(ctx.store);
  if (!session) {
    session = new FitSession(ctx.engine);
    sessions.set(ctx.store, session);
  }
  session.changed = () => ctx.setUi({});
  return session;
}

const drawings = new WeakMap<Fitted['answer'], View>();

/** The drawing of an answer, one and the same: reports of progress leave what stands as it is. */
function drawingOf(fitted: Fitted): View {
  const draw =
    drawings.get(fitted.answer) ??
    ((ctx) => html`${fitResults(ctx, fitted)} ${inTurn(ctx, () => fitPlots(ctx, fitted))}`);
  drawings.set(fitted.answer, draw);
  return draw;
}

export function fitLaw(ctx: Context): TemplateResult {
  const { t } = ctx;
  const session = sessionOf(ctx);
  session.want(tableOf(ctx, session), settingsOf(ctx));
  const { answer, read, settings } = noted(() => session.state);
  const words = answer ? headline(ctx, answer) : t('fit-law.waiting');
  return html`<section
    lang=${ctx.lang}
    aria-labelledby=${ctx.id('fit-law-title')}
    data-form=${settings?.form ?? nothing}
  >
    <h2 id=${ctx.id('fit-law-title')}>${t('fit-law.title')}</h2>
    <p>${t('fit-law.lead')}</p>
    <p class="answer" data-room=${room(ctx)}>${keyed(words, html`<span>${rich(words)}</span>`)}</p>
    ${status(ctx, session)} ${table(ctx, session)} ${fitSettings(ctx)}
    ${answer && read && settings ? inTurn(ctx, drawingOf({ answer, read, settings })) : nothing}
  </section>`;
}

function headline(ctx: Context, answer: LawFitAnswer): string {
  const { t, lang } = ctx;
  const { allocationExponent: a, allocationInterval: interval } = answer;
  const words = { rows: exact(answer.rows, lang), error: percent(answer.rootMeanSquare, lang) };
  if (a === undefined) return t('fit-law.answer', words);
  return t('fit-law.answer-split', {
    ...words,
    a: significant(a, lang),
    b: significant(1 - a, lang),
    interval: interval ? ` (${intervalText(ctx, interval)})` : '',
  });
}

/** As long as the answer will be with its interval: keeps its room, so that nothing below moves when it comes. */
function room(ctx: Context): string {
  const { form } = ctx.store.values;
  const words = { rows: '000', error: '0.000%', a: '0.000', b: '0.000', interval: ' (0.000–0.000)' };
  return ctx.t(form.startsWith('power-law') ? 'fit-law.answer' : 'fit-law.answer-split', words);
}

// --- what is asked ---------------------------------------------------------------------------------------------

function tableOf(ctx: Context, session: FitSession): Table {
  const example = runsExamples.find((e) => e.id === ctx.store.values.runs);
  const own = noted(() => session.own);
  return example ? { kind: 'text', text: example.text } : (own ?? { kind: 'text', text: '' });
}

/** Of these forms the floor may be held; of the first it must be. */
const mayHoldFloor = ['chinchilla-fixed-e', 'power-law-n', 'power-law-d', 'power-law-c'];

function settingsOf(ctx: Context): FitSettings {
  const { form, criterion, delta, floor, refits, seed } = ctx.store.values;
  return {
    form,
    criterion,
    huberDelta: delta,
    ...(floor !== undefined && mayHoldFloor.includes(form) ? { floor } : {}),
    bootstraps: refits,
    seed,
  };
}

function fitSettings(ctx: Context): TemplateResult {
  const { t } = ctx;
  const { form, criterion } = ctx.store.values;
  return html`<h3>${t('fit-law.settings')}</h3>
    <div class="fields even">
      ${selectField(
        ctx,
        'form',
        t('fit-law.form'),
        fitForms.map((f) => [f, t(idKey('fit-form', f))]),
      )}
      ${
        mayHoldFloor.includes(form)
          ? textField(ctx, 'floor', t('fit-law.floor'), {
              placeholder: '1.69',
              hint: form === 'chinchilla-fixed-e' ? '' : t('fit-law.floor-hint'),
            })
          : nothing
      }
      ${selectField(ctx, 'criterion', t('fit-law.criterion'), [
        ['huber', t('fit-criterion.huber')],
        ['least-absolute', t('fit-criterion.least-absolute')],
      ])}
      ${criterion === 'huber' ? textField(ctx, 'delta', t('fit-law.delta')) : nothing}
      ${textField(ctx, 'refits', t('fit-law.refits'))} ${textField(ctx, 'seed', t('fit-law.seed'))}
      ${selectField(ctx, 'lossUnit', t('fit-law.unit'), [
        ['nats-per-token', t('nats-per-token')],
        ['unknown', t('fit-law.unit-other')],
      ])}
    </div>
    ${staleNote(ctx, 'form', 'criterion', 'delta', 'floor', 'refits', 'seed')}`;
}

// --- the table -------------------------------------------------------------------------------------------------

/** Puts what was pasted or dropped, an edit of its own, or is being typed in the place of what stands there. */
function bring(ctx: Context, session: FitSession, own: Table, isWhole = true): void {
  if (ctx.locked()) return;
  if (isWhole) endEdit(ctx, session);
  session.bring(own, isWhole);
  ctx.set({ runs: 'own' }, { commit: isWhole });
}

/** What stands has its place in the history before another table does. */
function endEdit(ctx: Context, session: FitSession): void {
  session.endEdit();
  ctx.set({}, { commit: true });
}

async function open(ctx: Context, session: FitSession, file: File | undefined): Promise<void> {
  if (!file) return;
  const bytes = new Uint8Array(await file.arrayBuffer());
  bring(ctx, session, { kind: 'file', name: file.name, bytes });
}

function table(ctx: Context, session: FitSession): TemplateResult {
  const { t } = ctx;
  const shown = tableOf(ctx, session);
  const example = runsExamples.find((e) => e.id === ctx.store.values.runs);
  const id = ctx.id('table');
  const drop = (e: DragEvent) => {
    e.preventDefault();
    const data = e.dataTransfer;
    if (data?.files.length) void open(ctx, session, data.files[0]);
    else if (data) bring(ctx, session, { kind: 'text', text: data.getData('text') });
  };
  // A table of a million rows would stall the browser in a field; it is kept as a file is.
  const paste = (e: ClipboardEvent) => {
    const text = e.clipboardData?.getData('text') ?? '';
    if (text.length <= kLongestShown) return;
    e.preventDefault();
    bring(ctx, session, { kind: 'file', name: t('fit-law.table'), bytes: new TextEncoder().encode(text) });
  };
  return html`<h3>${t('fit-law.runs')}</h3>
    <div class="fields">
      ${selectField(ctx, 'runs', t('fit-law.runs'), [
        ...runsExamples.map((e) => [e.id, t(idKey('example', e.id))] as const),
        ['own', t('fit-law.runs-own')],
      ])}
      <div class="field">
        <label for=${ctx.id('file')}>${t('fit-law.file')}</label>
        <input
          id=${ctx.id('file')}
          type="file"
          accept=".csv,.tsv,.txt,text/*"
          @change=${(e: Event) => {
            const input = e.target as HTMLInputElement;
            void open(ctx, session, input.files?.[0]).then(() => (input.value = ''));
          }}
        />
      </div>
    </div>
    <div class="field table" @dragover=${(e: DragEvent) => e.preventDefault()} @drop=${drop}>
      <label for=${id}>${t('fit-law.table')}</label>
      ${
        shown.kind === 'file'
          ? html`<p id=${id}>
              ${t('fit-law.file-shown', { name: shown.name, size: exact(Math.ceil(shown.bytes.length / 1000), ctx.lang) })}
              <button
                type="button"
                class="use"
                @click=${() => bring(ctx, session, { kind: 'text', text: '' })}
              >
                ${t('fit-law.file-remove')}
              </button>
            </p>`
          : html`<textarea
              id=${id}
              rows="8"
              spellcheck="false"
              autocomplete="off"
              aria-describedby="${id}-note"
              .value=${live(shown.text)}
              @paste=${paste}
              @input=${(e: InputEvent) => {
                const text = (e.target as HTMLTextAreaElement).value;
                const before = tableOf(ctx, session);
                const isKey = before.kind === 'text' && Math.abs(text.length - before.text.length) <= 1;
                bring(ctx, session, { kind: 'text', text }, !isKey);
              }}
              @change=${() => endEdit(ctx, session)}
            ></textarea>`
      }
      <span class="note" id="${id}-note">${t('fit-law.table-hint')}</span>
    </div>
    ${whatWasRead(ctx, session)}
    ${
      example
        ? html`<p class="source">
            ${sourceLine(ctx, example.source)}. ${t('fit-law.licence', { licence: example.licence })}
          </p>`
        : nothing
    }`;
}

const roleName = (ctx: Context, role: Role) =>
  role === 'loss'
    ? ctx.t('fit-law.axis-loss')
    : ctx.t(role === 'compute' ? 'input.computeFlop' : `input.${role}`);

function runsProblemText(ctx: Context, problem: RunsProblem): string {
  return ctx.t(idKey('problem', problem.code), {
    columns: (problem.columns ?? []).map((role) => roleName(ctx, role)).join(', '),
    limit: exact(problem.limit ?? 0, ctx.lang),
    count: exact(problem.count ?? 0, ctx.lang),
  });
}

/** What is chosen or opened for one table is not for the next: each has controls of its own. */
function whatWasRead(ctx: Context, session: FitSession): TemplateResult | typeof nothing {
  const { t, lang } = ctx;
  const { phase, read } = session.state;
  if (!read) return phase === 'reading' ? html`<p class="note">${t('fit-law.reading')}</p>` : nothing;
  const used = roles.flatMap((role) => {
    const name = read.columns[role];
    return name === undefined ? [] : [`${roleName(ctx, role)} “${name}”`];
  });
  const choices = roles.filter((role) => (read.candidates[role]?.length ?? 0) > 1);
  return html`${read.problems.map((p) => html`<p class="problem" role="alert">${runsProblemText(ctx, p)}</p>`)}
  ${
    read.rows.length > 0
      ? html`<p class="note">
          ${t('fit-law.read', { count: exact(read.lines.length, lang) })}
          ${t('fit-law.read-columns', { columns: used.join(', ') })}
          ${read.derived ? t('fit-law.read-derived', { what: roleName(ctx, read.derived) }) : nothing}
          ${read.decimalComma ? t('fit-law.read-commas') : nothing}
        </p>`
      : nothing
  }
  ${
    choices.length > 0
      ? html`<div class="fields">
          ${choices.map((role) => keyed(`${role} ${read.header}`, columnChoice(ctx, session, role)))}
        </div>`
      : nothing
  }
  ${read.badCount > 0 ? keyed(read.header, badRows(ctx, session)) : nothing}`;
}

/** Where several columns could hold the same, the reader may take another than the likeliest; where none, any. */
function columnChoice(ctx: Context, session: FitSession, role: Role): TemplateResult {
  const id = ctx.id(`column-${role}`);
  const { read } = session.state;
  return html`<div class="field">
    <label for=${id}>${ctx.t('fit-law.column', { role: roleName(ctx, role) })}</label>
    <select id=${id} @change=${(e: Event) => session.useColumn(role, (e.target as HTMLSelectElement).value)}>
      ${read?.byHand.includes(role) ? html`<option value="">–</option>` : nothing}
      ${(read?.candidates[role] ?? []).map(
        (name) => html`<option value=${name} ?selected=${name === read?.columns[role]}>${name}</option>`,
      )}
    </select>
  </div>`;
}

function badRows(ctx: Context, session: FitSession): TemplateResult {
  const { t, lang } = ctx;
  const { bad = [], badCount = 0 } = session.state.read ?? {};
  const title = t('fit-law.bad', { count: exact(badCount, lang) });
  return html`<details class="bad" ?open=${badCount <= 10}>
    <summary>${title}</summary>
    ${badCount > bad.length ? html`<p class="note">${t('fit-law.bad-more', { count: bad.length })}</p>` : nothing}
    <div class="scroll" role="region" tabindex="0" aria-label=${title}>
      <table class="compact">
        <thead>
          <tr>
            <th scope="col" class="numeric">${t('fit-law.line')}</th>
            <th scope="col">${t('fit-law.cell')}</th>
            <th scope="col">${t('fit-law.reason')}</th>
          </tr>
        </thead>
        <tbody>
          ${bad.map(
            (row) =>
              html`<tr>
                <th scope="row" class="numeric">${exact(row.line, lang)}</th>
                <td>${row.column ?? nothing}${row.cell ? html` <code>${row.cell}</code>` : nothing}</td>
                <td>${problemText({ ...row, text: row.cell }, t, lang)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

// --- how far it is ---------------------------------------------------------------------------------------------

function status(ctx: Context, session: FitSession): TemplateResult {
  const { t, lang } = ctx;
  const { phase, progress, problems, failure, read } = session.state;
  const number = (x: number) => exact(x, lang);
  const { starts = 0, startsDone = 0, bootstraps = 0, bootstrapsDone = 0 } = progress ?? {};
  const found = { starts: number(startsDone), refits: number(bootstrapsDone) };
  const going = phase === 'reading' || phase === 'fitting';
  const refitting = startsDone > 0 && startsDone === starts;
  const words =
    phase === 'reading'
      ? t('fit-law.reading')
      : phase === 'cancelled'
        ? t('fit-law.cancelled', found)
        : phase === 'done'
          ? progress?.finished
            ? t('fit-law.done', found)
            : ''
          : refitting
            ? t('fit-law.refitting', { done: number(bootstrapsDone), all: number(bootstraps) })
            : starts > 0
              ? t('fit-law.starting', { done: number(startsDone), all: number(starts) })
              : t('fit-law.reading');
  const all = starts + bootstraps;
  return html`<div class="fit-status">
      <p role="status">${words}</p>
      ${
        going
          ? html`<button type="button" class="use" @click=${() => session.cancel()}>
                ${t('fit-law.cancel')}
              </button>
              <progress
                aria-label=${t('fit-law.title')}
                max=${all || 1}
                .value=${all ? startsDone + bootstrapsDone : 0}
              ></progress>`
          : read && read.rows.length > 0
            ? html`<button type="button" class="use" @click=${() => session.again()}>
                ${t('fit-law.again')}
              </button>`
            : nothing
      }
    </div>
    ${session.onThisThread ? html`<p class="note">${t('fit-law.main-thread')}</p>` : nothing}
    ${problems.map((p) => html`<p class="problem" role="alert">${fitProblem(ctx, session, p)}</p>`)}
    ${failure ? html`<p class="problem" role="alert">${t('fit-law.failed', { reason: failure })}</p>` : nothing}`;
}

/** What the core says of the runs, in words; a run is named by its line in the table. */
function fitProblem(
  ctx: Context,
  session: FitSession,
  problem: FitSession['state']['problems'][number],
): string {
  const { t, lang } = ctx;
  const row = /^runs\[(\d+)\]/u.exec(problem.field);
  if (row) {
    const line = session.state.read?.lines[Number(row[1])] ?? 0;
    if (problem.code === 'below-floor') {
      return t('fit-law.row-below-floor', {
        line: exact(line, lang),
        limit: significant(problem.limit ?? 0, lang),
      });
    }
    return t('fit-law.named-problem', {
      name: t('fit-law.run-line', { line: exact(line, lang) }),
      problem: problemText(problem, t, lang),
    });
  }
  return t('fit-law.named-problem', {
    name: t(idKey('field', problem.field)),
    problem: problemText(problem, t, lang),
  });
}
