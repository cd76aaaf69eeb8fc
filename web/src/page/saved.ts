// What a saved copy of the page holds: the inputs in <html data-state>, which every browser writes into the file (the
// address is in none), and in <html data-home> where it came from.

export function readSaved(): string {
  return document.documentElement.dataset['state'] ?? '';
}

export function writeSaved(hash: string): void {
  document.documentElement.dataset['state'] = hash;
}

/** Where the other pages lie: beside this one, or beside the one that a copy was saved from. */
export function homeOf(): string {
  return document.documentElement.dataset['home'] ?? location.href.replace(/#.*/u, '');
}

const kLeft = () => `llm-slide-rule-left${location.pathname}`;

/** What a page that goes away had still to write into its address: a reload takes the address from before. */
export function keepLeft(hash: string | undefined): void {
  try {
    if (hash === undefined) sessionStorage.removeItem(kLeft());
    else sessionStorage.setItem(kLeft(), hash);
  } catch {
    // Forbidden.
  }
}

export function takeLeft(): string | undefined {
  try {
    const left = sessionStorage.getItem(kLeft());
    keepLeft(undefined);
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return (navigation?.type === 'reload' && left) || undefined;
  } catch {
    return undefined;
  }
}

const isHosted = () => location.protocol.startsWith('http');

/** Whether this is a copy that does not say where it came from: the bytes that were sent, kept under another name. */
export const isAlone = (file: string): boolean =>
  !isHosted() && !document.documentElement.dataset['home'] && !location.pathname.endsWith(`/${file}`);

/** For the copies that a browser saves with what the page has made of itself. */
export function keepHome(): void {
  if (isHosted()) document.documentElement.dataset['home'] ??= homeOf();
}
