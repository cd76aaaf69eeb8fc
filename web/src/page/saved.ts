// What a saved copy of the page holds: the inputs, in <html data-state>, which every browser writes into the file; the
// address is in none.

export function readSaved(): string {
  return document.documentElement.dataset['state'] ?? '';
}

export function writeSaved(hash: string): void {
  document.documentElement.dataset['state'] = hash;
}
