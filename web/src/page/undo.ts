// Undo and redo are the browser's own history: a finished edit is an entry of it, numbered in its state.

interface Numbered {
  readonly entry?: number;
  readonly table?: number;
}

let entry = 0;
let newest = 0;
/** Which of the reader's own tables stands, from 1: the address does not hold it. */
let table = 0;

const written = (): Numbered => (history.state ?? {}) as Numbered;

export const tableNumber = (): number => table;
export const setTableNumber = (number: number): void => void (table = number);

/** Whether the entry holds all that stands. */
export const isWritten = (hash: string): boolean =>
  hash === location.hash && (written().table ?? 0) === table;

/** Takes up where a reloaded page was. */
export function startHistory(): void {
  entry = written().entry ?? 0;
  table = written().table ?? table;
  newest = Math.max(entry, newest);
  replaceEntry(location.href);
}

/** A new entry; what was undone before it is gone. */
export function pushEntry(url: string): void {
  entry += 1;
  newest = entry;
  history.pushState({ entry, table }, '', url);
}

export const replaceEntry = (url: string): void => history.replaceState({ entry, table }, '', url);

/** After Back, Forward, or an address typed by hand, which makes an entry of its own. */
export function followHistory(): void {
  const { entry: number, table: itsTable } = written();
  // Of before the first table there is none to go back to: the one that stands may be asked for again.
  table = itsTable || table;
  if (number === undefined) newest = entry += 1;
  else entry = number;
  replaceEntry(location.href);
}

export const canUndo = (): boolean => entry > 0;
export const canRedo = (): boolean => entry < newest;

/** Where the reader stands, while an edit is undone or redone; a browser's own Back goes to where the edit was made. */
let stay: { readonly top: number; readonly done: () => void } | undefined;
/** Who says what was done. */
let tell: (what: 'undone' | 'redone') => void = () => undefined;
export const onMoved = (say: typeof tell): void => void (tell = say);

function move(what: 'undone' | 'redone'): void {
  stay = { top: scrollY, done: () => tell(what) };
  if (what === 'undone') history.back();
  else history.forward();
}

export function undo(): void {
  if (canUndo()) move('undone');
}

export function redo(): void {
  if (canRedo()) move('redone');
}

/** After what was undone stands; some browsers scroll before they say so, some afterwards. */
export function stayInPlace(drawn: Promise<unknown>): void {
  if (!stay) return;
  const { top, done } = stay;
  stay = undefined;
  history.scrollRestoration = 'manual';
  scrollTo({ top, behavior: 'instant' });
  done();
  void drawn.then(() =>
    requestAnimationFrame(() => {
      scrollTo({ top, behavior: 'instant' });
      history.scrollRestoration = 'auto';
    }),
  );
}

/** Ctrl+Z or ⌘Z outside text fields, which have an undo of their own; with Shift, or Ctrl+Y, redo. */
export function undoByKeys(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const target = event.composedPath()[0];
  if (target instanceof Element && target.matches('textarea, [type=text], [type=search]')) return;
  const key = event.key.toLowerCase();
  const isRedo = (key === 'z' && event.shiftKey) || key === 'y';
  if (isRedo ? !canRedo() : key !== 'z' || !canUndo()) return;
  event.preventDefault();
  if (isRedo) redo();
  else undo();
}
