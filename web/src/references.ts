// The sources that figures and formulas are taken from.

import everySource from '../../src/catalog/references.json';
import type { Reference } from './export/bibtex';

let all: readonly Reference[] = everySource;

export const references = (): readonly Reference[] => all;

/** Takes them from a build that carries them beside its core, six fields each, between bars (web/build.mjs). */
export function takeReferences(packed: string): void {
  const fields = packed.split('|');
  const taken: Reference[] = [];
  while (fields.length > 0) {
    const [key = '', authors = '', year, title = '', where = '', url = ''] = fields.splice(0, 6);
    taken.push({ key, authors, year: Number(year), title, where, url });
  }
  all = taken;
}
