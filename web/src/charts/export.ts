// A plot as a file: SVG with its look written into it, PNG drawn from that, CSV of its numbers.

import { csvLines } from '../export/csv';
import type { FigureSpec } from './figure';

/** What gives a plot its look; a file outside the page knows no stylesheet of ours. */
const looks = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'paint-order',
  'font-size',
  'font-weight',
  'font-family',
  'text-anchor',
] as const;

const space = 'http://www.w3.org/2000/svg';
const band = 48;

/** The plot on its paper with its title above and what made it below, free of the page. */
function standalone(
  plot: SVGSVGElement,
  provenance: string,
): { text: string; width: number; height: number } {
  const { width, height } = plot.viewBox.baseVal;
  const copy = plot.cloneNode(true) as SVGSVGElement;
  copy.querySelector('.crosshair')?.remove();
  const originals = [...plot.querySelectorAll(':not(.crosshair, .crosshair *)')];
  [...copy.querySelectorAll('*')].forEach((element, i) => {
    const style = getComputedStyle(originals[i] ?? plot);
    for (const look of looks) element.setAttribute(look, style.getPropertyValue(look));
    element.removeAttribute('class');
  });
  const root = getComputedStyle(plot);
  const add = (name: string, attributes: Record<string, string | number>, text = '') => {
    const element = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.textContent = text;
    copy.prepend(element);
  };
  const font = { 'font-family': root.fontFamily, fill: root.color };
  add(
    'text',
    { x: 0, y: -band + 20, 'font-size': 14, 'font-weight': 600, ...font },
    plot.querySelector('title')?.textContent ?? '',
  );
  // A link may be longer than the plot is wide.
  const lines = provenance.match(new RegExp(`.{1,${Math.floor(width / 6)}}`, 'gu')) ?? [];
  lines.forEach((line, i) => add('text', { x: 0, y: height + 14 + 12 * i, 'font-size': 9, ...font }, line));
  const below = 12 * lines.length + 12;
  const paper =
    root.getPropertyValue('--plot-paper') || getComputedStyle(plot.querySelector('text') ?? plot).stroke;
  const box = { width: width + 24, height: height + band + below };
  add('rect', { x: -12, y: -band - 4, ...box, fill: paper });
  copy.setAttribute('viewBox', `-12 ${-band - 4} ${box.width} ${box.height}`);
  copy.setAttribute('width', String(box.width));
  copy.setAttribute('height', String(box.height));
  copy.setAttribute('xmlns', space);
  return { text: new XMLSerializer().serializeToString(copy), ...box };
}

export function saveSvg(plot: SVGSVGElement | null, name: string, provenance: string): void {
  if (plot) save(new Blob([standalone(plot, provenance).text], { type: 'image/svg+xml' }), `${name}.svg`);
}

export async function savePng(plot: SVGSVGElement | null, name: string, provenance: string): Promise<void> {
  if (!plot) return;
  const { text, width, height } = standalone(plot, provenance);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  const scale = 2;
  canvas.width = width * scale;
  canvas.height = height * scale;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && save(blob, `${name}.png`));
}

/** Numbers exact and in their base unit, no thousands marks. */
export function csvOf(spec: Pick<FigureSpec, 'columns' | 'rows'>, provenance: string): string {
  const rows = spec.rows.map((row) => row.map((c) => (c.value === undefined ? c.text : String(c.value))));
  return csvLines([spec.columns, ...rows, [provenance]]);
}

export function saveCsv(spec: FigureSpec, provenance: string): void {
  save(new Blob([csvOf(spec, provenance)], { type: 'text/csv;charset=utf-8' }), `${spec.id}.csv`);
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has begun by the next task; the bytes need not stay.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
