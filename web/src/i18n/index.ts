// All words stand in the message files: every .json beside this file is a language, named by its code, with the same
// keys as English (a test holds them equal). Ids of the core that only the page of models says stand by id in ids/,
// English and Korean together; a further language has them in its file.

/// <reference types="vite/types/importMeta.d.ts" />
import type { Lang } from '../format/format';
import peerReasons from '../generated-facts/peers.json';
import type english from './en.json';
import fitWords from './ids/fit.json';
import importWords from './ids/import.json';
import inferenceWords from './ids/inference.json';
import symbolWords from './ids/memory-symbols.json';
import modelWords from './ids/models.json';
import peerWords from './ids/peers.json';
import trainingWords from './ids/training.json';

declare const __PART__: string;

export type Key = keyof typeof english;
export type Translate = (key: Key, values?: Readonly<Record<string, string | number>>) => string;

type ById = Readonly<Record<string, Readonly<Record<string, string>>>>;
const byId: ById =
  __PART__ === 'models'
    ? {
        ...fitWords,
        ...importWords,
        ...modelWords,
        ...inferenceWords,
        ...trainingWords,
        ...symbolWords,
        ...peerWords,
        ...peerReasons,
      }
    : {};

type Table = Readonly<Record<string, string>>;
const files: Record<string, Table | string> = import.meta.glob('./*.json', {
  eager: true,
  import: 'default',
});
export const languages: readonly Lang[] = [
  ...new Set(['en', ...Object.keys(files).map((file) => file.slice(2, -5))]),
];

/** A build carries the words alone, in the order of the keys, which stand before those of English (web/words.mjs). */
const packedOf = (text: string) => text.split('||').map((list) => list.split('|'));
/** A key that begins with its point has the topic of the one before. */
function keysOf(english: string): string[] {
  let topic = '';
  return (packedOf(english)[0] ?? []).map((key) => {
    if (key.startsWith('.')) return topic + key;
    topic = key.replace(/\.[^.]*$/u, '');
    return key;
  });
}
function byKey(words: Table | string, english: Table | string): Table {
  if (typeof words !== 'string' || typeof english !== 'string') return words as Table;
  const keys = keysOf(english);
  return Object.fromEntries(
    packedOf(words)
      .at(-1)
      ?.map((word, i) => [keys[i], word]) ?? [],
  );
}
const tables = new Map<Lang, Table>();

/** Takes the words of all languages of a build that carries them beside its core (web/build.mjs). */
export function takeWords(packed: readonly string[]): void {
  packed.forEach((words, i) => (files[`./${languages[i] ?? ''}.json`] = words));
  tables.clear();
}

export const hasWords = (): boolean => files['./en.json'] !== '';

/** Made when first spoken. */
function tableOf(lang: Lang): Table {
  let table = tables.get(lang);
  if (!table) {
    const english = files['./en.json'] ?? {};
    table = byKey(files[`./${lang}.json`] ?? english, english);
    tables.set(lang, table);
  }
  return table;
}

export function translator(lang: Lang): Translate {
  const table = tableOf(lang);
  const message = (key: Key) => table[key] ?? byId[key]?.[lang] ?? byId[key]?.['en'] ?? key;
  return (key, values = {}) =>
    message(key).replace(/\{(\w+)\}/gu, (whole, name: string) => String(values[name] ?? whole));
}

/**
 * A key made from an id of the core: "term.weights" where there is such a message, the id alone otherwise. Ids that
 * name one thing everywhere (laws, assumptions) stand in the message files as they are.
 */
export function idKey(topic: string, id: string): Key {
  const key = `${topic}.${id}`;
  return (Object.hasOwn(tableOf('en'), key) || Object.hasOwn(byId, key) ? key : id) as Key;
}

export function isLang(x: string): x is Lang {
  return languages.includes(x);
}
