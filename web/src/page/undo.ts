// Undo and redo are the browser's own history: a finished edit is an entry of it, numbered in its state.

interface Numbered {
  readonly entry: number;
}

let entry = 0;
let newest = 0;

const numberOf = (state: unknown): number | undefined => (state as Numbered | null)?.entry;

/** Takes up where a reloaded page was. */
export function startHistory(): void {
  entry = numberOf(history.state) ?? 0;
  newest = Math.max(entry, newest);
  history.replaceState({ entry }, '', location.href);
}

/** A new entry; what was undone before it is gone. */
export function pushEntry(url: string): void {
  entry += 1;
  newest = entry;
  history.pushState({ entry }, '', url);
}

export const replaceEntry = (url: string): void => history.replaceState({ entry }, '', url);

/** After Back, Forward, or an address typed by hand, which makes an entry of its own. */
export function followHistory(): void {
  const number = numberOf(history.state);
  if (number !== undefined) {
    entry = number;
    return;
  }
  entry += 1;
  newest = entry;
  replaceEntry(location.href);
}

export const canUndo = (): boolean => entry > 0;
export const canRedo = (): boolean => entry < newest;
export const undo = (): void => history.back();
export const redo = (): void => history.forward();

/** Ctrl+Z or ⌘Z outside text fields, which have an undo of their own; with Shift, or Ctrl+Y, redo. */
export function undoByKeys(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const target = event.composedPath()[0];
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement) return;
  const key = event.key.toLowerCase();
  const isRedo = (key === 'z' && event.shiftKey) || key === 'y';
  if (isRedo ? !canRedo() : key !== 'z' || !canUndo()) return;
  event.preventDefault();
  if (isRedo) redo();
  else undo();
}
