// What the tests of the page of models share.

import { readFileSync } from 'node:fs';

/** A published config.json, as somebody would paste it. */
export const config = (name) =>
  JSON.stringify(
    JSON.parse(readFileSync(new URL(`../reference/model-configs/${name}.json`, import.meta.url), 'utf8')).config,
  );
export const section = (page, name) => page.locator(`section[aria-labelledby="${name}-title"]`);
/** What no text of the page holds. */
export const unsaid = /undefined|NaN|Infinity|\[object|[{}]/u;
