// Intl, readied for a hosted page.

import { significant, type Lang } from '../format/format';
import { breath } from '../views/turns';

/**
 * Resolves when numbers can be written at once. Before the first, Chromium reads its language data, which takes as long as
 * thousands of numbers; each of these reads a share of them, and between two the browser paints and listens.
 */
export async function numbersReady(lang: Lang): Promise<void> {
  const shares = [
    () => Intl.supportedValuesOf('numberingSystem'),
    () => new Intl.Locale(lang).maximize(),
    () => new Intl.Collator(lang),
    () => significant(1, lang),
  ];
  for (const read of shares) {
    await breath();
    read();
  }
}
