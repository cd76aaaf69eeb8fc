// All words stand in the message files: every .json beside this file is a language, named by its code, with the same
// keys as English (a test holds them equal). Ids of the core that only the page of models says stand by id in ids/,
// English and Korean together; a further language has them in its file.

/// <reference types="vite/types/importMeta.d.ts" />
import type { Lang } from '../format/format';
import peerReasons from '../generated-facts/peers.json';
import en from './en.json';
import fitWords from './ids/fit.json';
import importWords from './ids/import.json';
import inferenceWords from './ids/inference.json';
import symbolWords from './ids/memory-symbols.json';
import modelWords from './ids/models.json';
import peerWords from './ids/peers.json';
import trainingWords from './ids/training.json';

declare const __PART__: string;

export type Key = keyof typeof en;
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
const ofIds = (lang: Lang) =>
  Object.fromEntries(Object.entries(byId).map(([id, words]) => [id, words[lang] ?? words['en'] ?? id]));

type Table = Readonly<Record<string, string>>;
const keys = Object.keys(en);
const files = import.meta.glob<Table | readonly string[]>('./*.json', { eager: true, import: 'default' });
/** A build carries the values alone of all but English, in the order of its keys (web/words.mjs). */
const byKey = (words: Table | readonly string[]): Table =>
  Array.isArray(words)
    ? Object.fromEntries(keys.map((key, i) => [key, words[i] as string]))
    : (words as Table);
const messages: Readonly<Record<Lang, Table>> = Object.fromEntries(
  Object.entries(files).map(([file, words]) => {
    const lang = file.slice(2, -5);
    return [lang, { ...ofIds(lang), ...byKey(words) }];
  }),
);
export const languages: readonly Lang[] = ['en', ...Object.keys(messages).filter((lang) => lang !== 'en')];

export function translator(lang: Lang): Translate {
  const table = messages[lang];
  return (key, values = {}) =>
    (table?.[key] ?? key).replace(/\{(\w+)\}/gu, (whole, name: string) => String(values[name] ?? whole));
}

/**
 * A key made from an id of the core: "term.weights" where there is such a message, the id alone otherwise. Ids that
 * name one thing everywhere (laws, assumptions) stand in the message files as they are.
 */
export function idKey(topic: string, id: string): Key {
  const key = `${topic}.${id}`;
  return (Object.hasOwn(messages['en'] ?? en, key) ? key : id) as Key;
}

export function isLang(x: string): x is Lang {
  return Object.hasOwn(messages, x);
}
