// Two ways to have the page without a network: a copy as one file, and, where the host allows, an installed page.

import type { State } from '../state/fields';
import { toHash } from '../state/hash';
import { save } from '../charts/export';
import { homeOf, writeSaved } from './saved';

declare const __VERSION__: string;
declare const __PART__: string;

/** This page as a file with the inputs in it. What was drawn stands in the shadow root, which no copy takes along. */
export function saveForOffline(state: State): void {
  writeSaved(toHash(state));
  const copy = document.documentElement.cloneNode(true) as HTMLElement;
  copy.dataset['home'] = homeOf();
  const text = `<!doctype html>\n${copy.outerHTML}\n`;
  const part = __PART__ === 'calculator' ? '' : `-${__PART__}`;
  save(new Blob([text], { type: 'text/html;charset=utf-8' }), `llm-slide-rule${part}-${__VERSION__}.html`);
}

export const canInstall = (): boolean =>
  location.protocol.startsWith('http') && 'serviceWorker' in navigator && !navigator.serviceWorker.controller;

/** Asked for by the reader, never by the page: until then nothing but the page itself is requested. */
export async function install(): Promise<void> {
  const manifest = document.createElement('link');
  manifest.rel = 'manifest';
  manifest.href = 'manifest.webmanifest';
  document.head.append(manifest);
  await navigator.serviceWorker.register('service-worker.js');
  await navigator.serviceWorker.ready;
}
