// Pictures as files: SVG with its look written into it, PNG drawn from that; and a plot's numbers as CSV.

import { csvLines } from '../export/csv';
import type { FigureSpec } from './figure';

/** What gives a picture its look, all of it inherited; a file outside the page knows no stylesheet of ours. */
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

/** As programs know it that know no newer colours than rgb(). */
function plainColour(value: string): string {
  const dot = /^(color|oklab)\(/u.test(value) && new OffscreenCanvas(1, 1).getContext('2d');
  if (!dot) return value;
  dot.fillStyle = value;
  dot.fillRect(0, 0, 1, 1);
  return `rgb(${dot.getImageData(0, 0, 1, 1).data.slice(0, 3).join()})`;
}

/** A picture that stands for this alone, free of the page. */
function standalone(picture: SVGSVGElement): string {
  const found = new Map<Element | null, readonly string[]>();
  for (const element of [picture, ...picture.querySelectorAll('*')]) {
    const style = getComputedStyle(element);
    found.set(
      element,
      looks.map((look) => plainColour(style.getPropertyValue(look))),
    );
  }
  for (const [element, values] of found) {
    const around = found.get(element?.parentElement ?? null);
    looks.forEach((look, i) => {
      if (values[i] === around?.[i]) element?.removeAttribute(look);
      else element?.setAttribute(look, values[i] ?? '');
    });
    element?.removeAttribute('class');
  }
  return new XMLSerializer().serializeToString(picture).replace(/<!(--).*?-->/gu, '');
}

export async function savePicture(kind: 'svg' | 'png', name: string, picture: SVGSVGElement): Promise<void> {
  const text = standalone(picture);
  if (kind === 'svg') return save(new Blob([text], { type: 'image/svg+xml' }), `${name}.svg`);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  const scale = 2;
  canvas.width = image.width * scale;
  canvas.height = image.height * scale;
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
