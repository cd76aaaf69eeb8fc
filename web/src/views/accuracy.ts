// Predicted against measured: every published measurement that can be asked as a question, a point a row, with its
// source. All figures stand in the report that scripts/accuracy writes; nothing is computed here.

import { html, nothing, type TemplateResult } from 'lit';
import { figure } from '../charts/figure';
import { decadeDomain } from '../charts/axis';
import { widestPlot, type Reading } from '../charts/plot';
import { bytes, difference, exact, nbsp, percents, significant } from '../format/format';
import { measuredText } from '../i18n/cited';
import { idKey } from '../i18n/index';
import {
  report,
  rowsOf,
  type Figures,
  type MeasuredRow,
  type NumericGroup,
  type Share,
} from './accuracy-report';
import type { Context } from './context';
import { exactly } from './figures';
import { selectField } from './parts';
import { inTurn } from './turns';

export function accuracy(ctx: Context): TemplateResult {
  const { t, lang } = ctx;
  const chosen = report.groups.find((g) => g.id === ctx.store.values.group) ?? report.groups[0];
  return html`<section lang=${ctx.lang} aria-labelledby=${ctx.id('title')}>
    <h2 id=${ctx.id('title')}>${t('accuracy.title')}</h2>
    <p class="answer">
      ${t('accuracy.answer', { rows: exact(report.rows, lang), asked: exact(report.answered, lang) })}
    </p>
    <p class="note">${t('accuracy.note')}</p>
    ${inTurn(ctx, () => html`${groupTable(ctx)} ${fitOutcomes(ctx)}`)}
    ${inTurn(ctx, () => html`${groupChoice(ctx)} ${chosen ? oneGroup(ctx, chosen) : nothing}`)}
    ${inTurn(ctx, () => refusals(ctx))}
  </section>`;
}

function groupChoice(ctx: Context): TemplateResult {
  const groups = report.groups.map((g) => [g.id, groupName(ctx, g.id)] as const);
  return html`<div class="fields">${selectField(ctx, 'group', ctx.t('accuracy.group'), groups)}</div>`;
}

const groupName = (ctx: Context, id: string) => ctx.t(idKey('accuracy.group', id));

/** Median and 90th percentile of the absolute error, in per cent. */
function pair(ctx: Context, f: Figures): unknown {
  if (f.median === undefined || f.p90 === undefined) return '–';
  // As one: in a row of labels and values the second, which is empty, would keep room.
  return html`<span>${exactly(f.median, pairText(ctx, f), '% median', { '% p90': f.p90 })}</span>`;
}

function pairText(ctx: Context, f: Figures): string {
  if (f.median === undefined || f.p90 === undefined) return '–';
  return [f.median, f.p90].map((x) => percents(x, ctx.lang)).join(`${nbsp}/${nbsp}`);
}

const shareOf = ({ lang }: Context, { n, share }: Share): unknown =>
  n > 0 ? exactly(share ?? NaN, `${significant(share ?? NaN, lang)}%`, '%') : '–';

function groupTable(ctx: Context): TemplateResult {
  const { t, lang } = ctx;
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${t('accuracy.table')}>
    <table class="compact compare stack">
      <caption>
        ${t('accuracy.caption')}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t('accuracy.group')}</th>
          <th scope="col" class="numeric">${t('accuracy.high')}</th>
          <th scope="col" class="numeric">${t('accuracy.rows')}</th>
          <th scope="col" class="numeric">${t('accuracy.target')}</th>
          <th scope="col" class="numeric">${t('accuracy.inside')}</th>
          <th scope="col" class="numeric">${t('accuracy.left-out')}</th>
          <th scope="col">${t('accuracy.best-other')}</th>
        </tr>
      </thead>
      <tbody>
        ${report.groups.map(
          (g) =>
            html`<tr>
              <th scope="row">${groupName(ctx, g.id)}</th>
              <td class="numeric" data-label=${t('accuracy.high')}>${pair(ctx, g.high)}</td>
              <td class="numeric" data-label=${t('accuracy.rows')}>
                ${exactly(g.high.n, exact(g.high.n, lang))}
              </td>
              <td class="numeric" data-label=${t('accuracy.target')}>
                <span
                  >${g.target ? exactly(g.target[0], g.target.map((x) => exact(x, lang)).join(' / '), '% median', { '% p90': g.target[1] }) : '–'}
                  ${g.target ? html`<small>${t(g.met ? 'accuracy.met' : 'accuracy.missed')}</small>` : nothing}</span
                >
              </td>
              <td class="numeric" data-label=${t('accuracy.inside')}>${shareOf(ctx, g.inside)}</td>
              <td class="numeric" data-label=${t('accuracy.left-out')}>${shareOf(ctx, g.leftOut)}</td>
              <td data-label=${t('accuracy.best-other')}>${bestOther(ctx, g)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A rule that no program states, in the reader's words; programs are called by their own names. */
function toolName(ctx: Context, { id }: { readonly id: string }): string | undefined {
  const key = idKey('accuracy.tool', id);
  return key === id ? undefined : ctx.t(key);
}

function bestOther(ctx: Context, g: NumericGroup): string {
  if (!g.best) return '–';
  return ctx.t('accuracy.other', {
    tool: toolName(ctx, g.best) ?? g.best.tool,
    theirs: pairText(ctx, g.best),
    ours: pairText(ctx, { n: g.best.n, ...g.best.ours }),
    rows: exact(g.best.n, ctx.lang),
  });
}

function fitOutcomes(ctx: Context): TemplateResult | typeof nothing {
  const { high, main } = report.fit;
  if (main.n === 0) return nothing;
  return html`<p>
    ${ctx.t('accuracy.fit', {
      right: exact(high.nonTrivialRight, ctx.lang),
      hard: exact(high.nonTrivial, ctx.lang),
      share: significant(high.share ?? NaN, ctx.lang),
      falseFits: exact(high.falseFits, ctx.lang),
      allRight: exact(main.nonTrivialRight, ctx.lang),
      all: exact(main.nonTrivial, ctx.lang),
    })}
  </p>`;
}

function oneGroup(ctx: Context, group: NumericGroup): TemplateResult {
  return html`${scatter(ctx, group)}
  ${inTurn(ctx, () => html`${apartList(ctx, group)} ${peers(ctx, group)} ${worst(ctx, group)}`)}`;
}

function sentence(ctx: Context, row: MeasuredRow): string {
  const size = (v: number) => bytes(v, ctx.unit, ctx.lang);
  return ctx.t('accuracy.reading', {
    id: row.id,
    measured: size(row.measuredBytes),
    predicted: size(row.predictedBytes),
    error: signed(ctx, row.errorPercent),
  });
}

function signed(ctx: Context, percent: number): string {
  return difference(percent / 100, ctx.lang);
}

/** In steps, so that its name finds a place where no row stands. */
const alongEqual = ([low, high]: readonly [number, number]) =>
  Array.from({ length: 41 }, (_, i) => low * (high / low) ** (i / 40)).map((v) => [v, v] as const);

function scatter(ctx: Context, group: NumericGroup): TemplateResult {
  const { t } = ctx;
  const rows = rowsOf(group.id);
  const values = rows.flatMap((r) => [r.measuredBytes, r.predictedBytes]).filter((v) => v > 0);
  const domain = decadeDomain(Math.min(...values), Math.max(...values));
  const width = Math.min(ctx.width, widestPlot);
  /** The row whose point lies nearest on log paper. */
  const nearest = (x: number, y: number): Reading | undefined => {
    const away = (r: MeasuredRow) =>
      Math.hypot(Math.log(r.measuredBytes / x), Math.log(r.predictedBytes / y));
    const row = rows.reduce<MeasuredRow | undefined>((a, b) => (a && away(a) <= away(b) ? a : b), undefined);
    return row && { x: row.measuredBytes, y: row.predictedBytes, text: sentence(ctx, row) };
  };
  const axis = (label: string) => ({
    kind: 'log' as const,
    domain,
    label,
    tick: (v: number) => bytes(v, 'GB', ctx.lang),
  });
  return figure(ctx, {
    id: `accuracy-${group.id}`,
    title: t('accuracy.plot-title', { group: groupName(ctx, group.id), rows: exact(rows.length, ctx.lang) }),
    description: t('accuracy.plot-description', { figures: pairText(ctx, group.main) }),
    x: axis(t('accuracy.measured')),
    y: axis(t('accuracy.predicted')),
    curves: [
      { id: 'equal', points: alongEqual(domain), tone: 'fine', label: t('accuracy.equal'), labelAt: 0.15 },
    ],
    marks: rows.map((r) => ({
      kind: r.apart.length > 0 ? 'apart' : 'published',
      x: r.measuredBytes,
      y: r.predictedBytes,
      label: '',
    })),
    width,
    height: Math.round(Math.min(480, width * 0.8)),
    plane: true,
    read: nearest,
    readLabel: t('accuracy.read'),
    atRest: t('accuracy.at-rest'),
    note: t('accuracy.hollow'),
    columns: [
      t('accuracy.row'),
      t('accuracy.measured'),
      t('accuracy.predicted'),
      t('accuracy.error'),
      t('accuracy.apart'),
      t('source'),
    ],
    folds: 'folds',
    // For the table under the plot alone, which has a turn of its own.
    get rows() {
      return rows.map((r) => [
        { text: r.id },
        { text: bytes(r.measuredBytes, ctx.unit, ctx.lang), value: r.measuredBytes },
        { text: bytes(r.predictedBytes, ctx.unit, ctx.lang), value: r.predictedBytes },
        { text: signed(ctx, r.errorPercent), value: r.errorPercent },
        { text: r.apart.map((why) => t(idKey('accuracy.why', why))).join(', ') },
        { text: r.source, shown: sourceLink(ctx, r.source) },
      ]);
    },
  });
}

/**
 * Where a row was published: the file at its commit, named by its repository. A row or a note may follow the path;
 * names of Markdown files hold whatever an issue's title does.
 */
function sourceLink(ctx: Context, source: string): TemplateResult {
  const [, repository, commit, path, line = ''] =
    /github:([\w.-]+\/[\w.-]+)@([\da-f]{7,40})(?::(.+?\.md\b|[^\s(),#]+)(#L[\dL-]+)?)?/u.exec(source) ?? [];
  if (!repository || !commit) return html`<span data-source=${source}>${measuredText(ctx.t, source)}</span>`;
  const url = `https://github.com/${repository}/${path ? `blob/${commit}/${encodeURI(path).replaceAll('#', '%23')}${line}` : `tree/${commit}`}`;
  const [owner, name] = repository.split('/');
  return html`<a href=${url} title=${source} lang="en" rel="noopener" data-source=${source}
    >${owner}/<wbr />${name}</a
  >`;
}

function apartList(ctx: Context, group: NumericGroup): TemplateResult | typeof nothing {
  if (group.apartBy.length === 0) return nothing;
  return html`<p>${ctx.t('accuracy.set-apart')}</p>
    <ul>
      ${group.apartBy.map(
        (a) =>
          html`<li>
            ${ctx.t(idKey('accuracy.why', a.why))}: ${exact(a.n, ctx.lang)} (${pairText(ctx, a)}%)
          </li>`,
      )}
    </ul>`;
}

function peers(ctx: Context, group: NumericGroup): TemplateResult | typeof nothing {
  const { t, lang } = ctx;
  if (group.peers.length === 0) return nothing;
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${t('accuracy.peers')}>
    <table class="compact folds">
      <caption>
        ${t('accuracy.peers')}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t('accuracy.rule')}</th>
          <th scope="col" class="numeric">${t('accuracy.rows')}</th>
          <th scope="col" class="numeric">${t('accuracy.theirs')}</th>
          <th scope="col" class="numeric">${t('accuracy.ours')}</th>
        </tr>
      </thead>
      <tbody>
        ${group.peers.map(
          (p) =>
            html`<tr>
              <th scope="row" lang=${toolName(ctx, p) ? nothing : 'en'}>${toolName(ctx, p) ?? p.tool}</th>
              <td class="numeric" data-label=${t('accuracy.rows')}>${exactly(p.n, exact(p.n, lang))}</td>
              <td class="numeric" data-label=${t('accuracy.theirs')}>${pair(ctx, p)}</td>
              <td class="numeric" data-label=${t('accuracy.ours')}>${pair(ctx, { n: p.n, ...p.ours })}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function worst(ctx: Context, group: NumericGroup): TemplateResult | typeof nothing {
  const rows = [...group.worst, ...group.worstApart];
  if (rows.length === 0) return nothing;
  const words = (reason: string) =>
    reason
      .split(', ')
      .map((why) => ctx.t(idKey('accuracy.why', why)))
      .join(', ');
  return html`<details class="data">
    <summary>${ctx.t('accuracy.worst')}</summary>
    <ul>
      ${rows.map(
        (w) =>
          html`<li>
            ${w.id}: ${signed(ctx, w.error)}${w.reason ? html` (<span>${words(w.reason)}</span>)` : nothing}
          </li>`,
      )}
    </ul>
  </details>`;
}

function refusals(ctx: Context): TemplateResult {
  return html`<h3>${ctx.t('accuracy.not-asked')}</h3>
    <ul>
      ${Object.entries(report.refused).map(([reason, n]) => {
        const [why = '', what] = reason.split(':');
        return html`<li>
          ${ctx.t(idKey('accuracy.why', why))}${what ? html` (<code>${what}</code>)` : nothing}:
          ${exact(n, ctx.lang)}
        </li>`;
      })}
    </ul>`;
}
