// A picture as the files have it: on its paper, its title above, what made it below; and the buttons that save it.

import { html, nothing, render, svg, type TemplateResult } from 'lit';
import { provenanceLine, provenanceOf } from '../export/provenance';
import { textOf } from '../export/tables';
import type { State } from '../state/fields';
import { toHash } from '../state/hash';
import type { Context } from '../views/context';
import { breath } from '../views/turns';
import { savePicture } from './export';
import { wrapped } from './labels';

export interface Picture {
  readonly name: string;
  readonly title: string;
  readonly width?: number;
  /** It may be drawn anew, as wide as a report wants it. */
  readonly draw: (ctx: Context, around: Element) => unknown;
  /** What stands around it: of a section the answer and the table that names a bar's colours go into the file. */
  readonly around?: 'figure' | 'section';
  /** What it was computed from. */
  readonly state?: () => State;
  readonly more?: (line: () => string) => TemplateResult;
}

export function saving(ctx: Context, picture: Picture): TemplateResult {
  return html`<p class="save" .drawn=${{ ctx, picture }}>
    ${ctx.t('plot.save')}
    ${(['svg', 'png'] as const).map(
      (kind) =>
        html`<button
          type="button"
          @click=${({ currentTarget }: Event) => void save(ctx, kind, currentTarget as Element)}
        >
          ${kind.toUpperCase()}
        </button> `,
    )}
    ${picture.more?.(() => lineOf(ctx, picture)) ?? nothing}
  </p>`;
}

const lineOf = (ctx: Context, picture: Picture) =>
  provenanceLine(provenanceOf(toHash(picture.state?.() ?? ctx.store.good)));

async function save(now: Context, kind: 'svg' | 'png', button: Element): Promise<void> {
  // What stands around it may wait for its turn; to draw all of the page at once would keep the reader waiting.
  await now.turns.taken(breath);
  if (!button.isConnected) return;
  // As it was drawn last, perhaps since the click.
  const { drawn } = button.parentElement as HTMLElement & { drawn: { ctx: Context; picture: Picture } };
  const { ctx, picture } = drawn;
  await savePicture(kind, picture.name, composed(ctx, picture, button, lineOf(ctx, picture)));
}

/** Drawn unseen where the page's style is; it goes when it has been read. */
function composed(
  ctx: Context,
  { title, draw, width = 640, around = 'section' }: Picture,
  button: Element,
  made: string,
): SVGSVGElement {
  const place = button.closest(around) as Element;
  const holder = place.appendChild(document.createElement('div'));
  holder.hidden = true;
  queueMicrotask(() => holder.remove());
  render(draw({ ...ctx, width }, place), holder);
  const drawn = holder.querySelector('svg') as SVGSVGElement;
  drawn.querySelector('.crosshair')?.remove();
  const box = drawn.viewBox.baseVal;
  let y = 0;
  const write = (lines: readonly string[], step: number, size: number, weight = 400) =>
    lines.map((text) => svg`<text y=${(y += step)} font-size=${size} font-weight=${weight}>${text}</text>`);
  const head = write(wrapped(title, box.width, 15), 20, 14, 600);
  const answer = textOf(place.querySelector('.answer'));
  const words = write(answer ? wrapped(answer, box.width, 13) : [], 19, 13);
  const top = (y += 12);
  y += box.height + 8;
  const rows = [...place.querySelectorAll<HTMLTableRowElement>('.terms tr:not(thead *)')].map((row) => {
    const [name, size, share] = [...row.cells].map(textOf);
    const swatch = row.querySelector('.swatch');
    y += 22;
    return svg`<g font-weight=${row.matches('tfoot :not(.quiet)') ? 600 : 400}>
      <path d="M0 ${y - 16}h${box.width}" stroke="var(--line)"></path>
      ${swatch && svg`<rect class=${swatch.className} y=${y - 11} width="12" height="12"></rect>`}
      <text x=${swatch ? 20 : 0} y=${y}>${name}</text>
      <g text-anchor="end"><text x=${box.width - 70} y=${y}>${size}</text><text x=${box.width} y=${y}>${share}</text></g>
    </g>`;
  });
  y += 8;
  // A link may be longer than the picture is wide.
  const foot = write(made.match(new RegExp(`.{1,${Math.floor(box.width / 6)}}`, 'gu')) ?? [], 12, 9);
  for (const [name, value] of Object.entries({ y: top, width: box.width, height: box.height }))
    drawn.setAttribute(name, String(value));
  const whole = { width: box.width + 24, height: y + 12 };
  render(
    html`<svg
      lang=${ctx.lang}
      width=${whole.width}
      height=${whole.height}
      viewBox="-12 0 ${whole.width} ${whole.height}"
    >
      <title>${title}</title>
      <rect x="-12" width=${whole.width} height=${whole.height} fill="var(--paper)"></rect>
      ${head} ${words}
      <g class=${around === 'figure' ? 'plot' : nothing}>${drawn}</g>
      <g class="bar terms">${rows}</g>
      ${foot}
    </svg>`,
    holder,
  );
  return holder.querySelector('svg') as SVGSVGElement;
}
