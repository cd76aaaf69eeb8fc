// The build of another part as a second module beside this one, loaded where one of its views is asked for.

import { homeOf, isAlone } from '../page/saved';
import { parts, type PartName } from '../parts';
import type { LlmSlideRule } from './llm-slide-rule';

/** The address of the script that holds this module; written in by the build. Empty in a page. */
declare const __MODULE_URL__: string | undefined;
/** The package's own address is jsDelivr's of its main file, which lies in dist/. */
const moduleUrl: string = (__MODULE_URL__ ?? '').replace(/\/llm-slide-rule(@[^/]*)?$/u, '$&/dist/');

/** The address of a file that stands beside this one; of a saved copy, beside the page that it was saved from. */
export function beside(file: string): string {
  return new URL(file, moduleUrl || homeOf()).href;
}

export const tagOf = (part: PartName): string =>
  part === 'calculator' ? 'llm-slide-rule' : `llm-slide-rule-${part}`;

/** The page that shows this part, with this state in it. */
export const pageOf = (part: PartName, hash: string): string => beside(parts[part].page) + hash;

declare const __PART__: PartName;
/** Whether this page knows where the other pages are. */
export const knowsPages = (): boolean => !isAlone(parts[__PART__].page);

/** A document never asks again for a module that failed; under another address it does. */
let attempt = '';

export async function elementOf(part: PartName): Promise<LlmSlideRule> {
  const tag = tagOf(part);
  if (!customElements.get(tag)) {
    const address = beside(`llm-slide-rule.${part}.js${attempt}`);
    await import(/* @vite-ignore */ address).catch((error: unknown) => {
      attempt += attempt ? '1' : '?';
      throw error;
    });
  }
  return document.createElement(tag) as LlmSlideRule;
}
