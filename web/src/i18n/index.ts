// All words stand in the message files, one a language, with the same keys (a test holds them equal). A third
// language is one more file and one line here. Ids of the core that only the page of models says stand by id, both
// languages together, in ids/.

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
import ko from './ko.json';

declare const __PART__: string;

export type Key = keyof typeof en;
export type Translate = (key: Key, values?: Readonly<Record<string, string | number>>) => string;

type ById = Readonly<Record<string, Readonly<Record<Lang, string>>>>;
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
  Object.fromEntries(Object.entries(byId).map(([id, words]) => [id, words[lang]]));

const messages: Record<Lang, Record<Key, string>> = {
  en: { ...ofIds('en'), ...en },
  ko: { ...ofIds('ko'), ...ko },
};
export const languages = Object.keys(messages) as readonly Lang[];

export function translator(lang: Lang): Translate {
  const table = messages[lang];
  return (key, values = {}) =>
    ((table[key] as string | undefined) ?? key).replace(/\{(\w+)\}/gu, (whole, name: string) =>
      String(values[name] ?? whole),
    );
}

/**
 * A key made from an id of the core: "term.weights" where there is such a message, the id alone otherwise. Ids that
 * name one thing everywhere (laws, assumptions) stand in the message files as they are.
 */
export function idKey(topic: string, id: string): Key {
  const key = `${topic}.${id}`;
  return (Object.hasOwn(messages.en, key) ? key : id) as Key;
}

export function isLang(x: string): x is Lang {
  return Object.hasOwn(messages, x);
}
