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
