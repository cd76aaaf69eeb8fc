// The reader's own tables, kept for as long as the tab is open: they stand again after Back and after a reload, as the
// address does not hold them. Storage may be forbidden or full; then they are lost with the page, and nothing else.

import { decodeText } from '../import/runs-text';
import type { FitState, Table } from './session';

declare const __HOSTED__: boolean;

const kKey = 'llm-slide-rule-runs';
/** Characters: most browsers keep five million for all pages of a site. */
const kMost = 2_000_000;

export type Tables = readonly (Table | undefined)[];

interface Kept extends Pick<FitState, 'columns' | 'header'> {
  readonly tables: Tables;
  /** The number of the one that stands. */
  readonly at: number;
}

/** As it is stored; a file has a name. */
interface Written {
  readonly text: string;
  readonly name?: string | undefined;
}

export function keep({ tables, at, columns, header }: Kept): void {
  // The widget leaves its host's storage alone.
  if (!__HOSTED__) return;
  try {
    // One that stood there is never taken for this one.
    sessionStorage.removeItem(kKey);
    // What a reader has emptied is not kept for them.
    const stands = tables[at];
    if (!stands || (stands.kind === 'text' && stands.text === '')) return;
    const texts: (Written | null)[] = tables.map(() => null);
    let room = kMost;
    // The one that stands goes before the others, the newest of these first.
    for (const i of [at, ...[...tables.keys()].reverse()]) {
      const table = tables[i];
      if (!table || texts[i]) continue;
      const written = textOf(table);
      if (written.text === '' || written.text.length > room) continue;
      room -= written.text.length;
      texts[i] = written;
    }
    if (texts.some(Boolean)) sessionStorage.setItem(kKey, JSON.stringify({ texts, at, columns, header }));
  } catch {
    // Forbidden or full.
  }
}

export function kept(): Kept | undefined {
  if (!__HOSTED__) return undefined;
  try {
    const { texts, at, columns, header } = JSON.parse(sessionStorage.getItem(kKey) ?? '') as Pick<
      Kept,
      'at' | 'columns' | 'header'
    > & { texts: (Written | null)[] };
    const tables = texts.map((t): Table | undefined => {
      if (!t) return undefined;
      const { text, name } = t;
      return name === undefined
        ? { kind: 'text', text }
        : { kind: 'file', name, bytes: new TextEncoder().encode(text) };
    });
    return { tables, at, columns, header };
  } catch {
    return undefined;
  }
}

function textOf(table: Table): Written {
  if (table.kind === 'text') return { text: table.text };
  const { name, bytes } = table;
  const decoded = bytes.length > 4 * kMost ? undefined : decodeText(bytes);
  return { text: decoded && 'text' in decoded ? decoded.text : '', name };
}
