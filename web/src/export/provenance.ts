// What made an export, when, and where it can be opened again: every export carries it.

import { pageOf } from '../element/other-part';
import type { PartName } from '../parts';
import type { State } from '../state/fields';
import { toHash } from '../state/hash';

declare const __PART__: PartName;
declare const __VERSION__: string;

export interface Provenance {
  readonly version: string;
  /** ISO 8601. */
  readonly date: string;
  readonly permalink: string;
}

export function provenanceOf(state: State): Provenance {
  const date = new Date().toISOString().slice(0, 10);
  return { version: __VERSION__, date, permalink: pageOf(__PART__, toHash(state)) };
}

export const provenanceLine = ({ version, date, permalink }: Provenance): string =>
  `LLM Slide Rule ${version}, ${date}, ${permalink}`;
