// State in the URL hash: readable keys, only what differs from the defaults, a version. Unknown keys and another
// version are reported, never acted on.

import { fieldKeys, initialState, type FieldKey, type State } from './fields';
import { scales } from './rule';

export const hashVersion = '1';
/** Says "everything as it is at first" where no hash would say "as the file was saved". */
export const emptyHash = `#v=${hashVersion}`;

export interface HashReport {
  /** Keys that this version does not know, and texts that are not used and stand in no field: the slide rule's, or of a key
   *  that is there again. */
  readonly unknown: readonly string[];
  /** The version in the hash where it is not this one. */
  readonly otherVersion?: string;
}

/** Longer links are cut or refused where people paste them. */
export const maximumLink = 2000;

/** The state as a hash. An imported model that would make it too long is left out: see fitsInLink. */
export function toHash(state: State): string {
  return wholeHash(fitsInLink(state) ? state : { ...state, model: initialState.model });
}

/** Whether a link can hold the state with the imported model in it. */
export function fitsInLink(state: State): boolean {
  return !state.model.startsWith('{') || wholeHash(state).length <= maximumLink;
}

function wholeHash(state: State): string {
  const changed = fieldKeys.filter((key) => state[key] !== initialState[key]);
  if (changed.length === 0) return '';
  const parts = changed.map((key) => `${key}=${encode(state[key])}`);
  return `#v=${hashVersion}&${parts.join('&')}`;
}

/** Spaces as +; commas, colons, braces and brackets left readable. */
function encode(text: string): string {
  // What nearly all texts are, the long list of cards above all.
  if (/^[\w.,*-]*$/u.test(text)) return text;
  return encodeURIComponent(text)
    .replace(/%20/gu, '+')
    .replace(/%(2C|3A|5B|5D|7B|7D)/gu, (code) => decodeURIComponent(code));
}

export function fromHash(hash: string): { state: State; report: HashReport } {
  const params = new URLSearchParams(hash.replace(/^#/u, ''));
  const version = params.get('v');
  params.delete('v');
  const given = [...params];
  const unknown = given.filter(([key]) => !isKey(key)).map(([key]) => key);
  const known = new Map<string, string>();
  for (const [key, text] of given) {
    if (!isKey(key)) continue;
    const before = known.get(key);
    if (before !== undefined) unknown.push(`${key}=${before}`);
    known.set(key, text);
  }
  // Whatever else is wrong is said beside its field.
  for (const [key, parts] of ruleWords) {
    const words = parts(known.get(key) ?? '');
    const good = words.filter((word) => (scales as readonly string[]).includes(word));
    if (good.length === words.length) continue;
    unknown.push(`${key}=${words.filter((word) => !good.includes(word)).join(',')}`);
    known.set(key, good.join(',') || initialState[key]);
  }
  const report = {
    unknown: [...new Set(unknown)],
    ...(version && version !== hashVersion ? { otherVersion: version } : {}),
  };
  return { state: { ...initialState, ...Object.fromEntries(known) }, report };
}

/** What the slide rule is told in no field of its own, as names of scales. */
const ruleWords = [
  ['rule.move', (text: string) => [text].filter(Boolean)],
  ['rule.pin', (text: string) => text.split(',').filter(Boolean)],
] as const;

function isKey(key: string): key is FieldKey {
  return (fieldKeys as readonly string[]).includes(key);
}
