// What made an export, when, and where it can be opened again: every export carries it.

import { pageOf } from '../element/other-part';
import type { PartName } from '../parts';

declare const __PART__: PartName;
declare const __VERSION__: string;

export interface Provenance {
  readonly version: string;
  /** ISO 8601. */
  readonly date: string;
  readonly permalink: string;
}

/** `hash`: the state as in a link. */
export function provenanceOf(hash: string): Provenance {
  const date = new Date().toISOString().slice(0, 10);
  return { version: __VERSION__, date, permalink: pageOf(__PART__, hash) };
}

export const provenanceLine = ({ version, date, permalink }: Provenance): string =>
  `LLM Slide Rule ${version}, ${date}, ${permalink}`;
