// The reader's own table, kept for as long as the tab is open: it stands again after Back and after a reload, as its
// address does not hold it. Storage may be forbidden or full; then the table is lost with the page, and nothing else.

import { decodeText } from '../import/runs-text';
import type { FitState, Table } from './session';

declare const __HOSTED__: boolean;

const kKey = 'llm-slide-rule-runs';
/** Characters: most browsers keep five million for all pages of a site. */
const kMost = 2_000_000;

export type Kept = Pick<FitState, 'columns' | 'header'> & { readonly own: Table };

export function keep({ own, columns, header }: Pick<FitState, 'own' | 'columns' | 'header'>): void {
  // The widget leaves its host's storage alone.
  if (!__HOSTED__) return;
  try {
    // One that stood there is never taken for this one.
    sessionStorage.removeItem(kKey);
    if (!own) return;
    const { text, name } = own.kind === 'text' ? { text: own.text, name: undefined } : textOf(own);
    if (text !== '' && text.length <= kMost)
      sessionStorage.setItem(kKey, JSON.stringify({ text, name, columns, header }));
  } catch {
    // Forbidden or full.
  }
}

export function kept(): Kept | undefined {
  if (!__HOSTED__) return undefined;
  try {
    const { text, name, columns, header } = JSON.parse(sessionStorage.getItem(kKey) ?? '{}') as {
      text?: string;
      name?: string;
      columns?: FitState['columns'];
      header?: string;
    };
    if (!text) return undefined;
    const own: Table =
      name === undefined
        ? { kind: 'text', text }
        : { kind: 'file', name, bytes: new TextEncoder().encode(text) };
    return { own, columns: columns ?? {}, header };
  } catch {
    return undefined;
  }
}

function textOf({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }) {
  const decoded = bytes.length > 4 * kMost ? undefined : decodeText(bytes);
  return { text: decoded && 'text' in decoded ? decoded.text : '', name };
}
