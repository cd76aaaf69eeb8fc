// State in the URL hash: readable keys, only what differs from the defaults, a version. Unknown keys and another
// version are reported, never acted on.

import { fieldKeys, initialState, type FieldKey, type State } from './fields';

export const hashVersion = '1';
/** Says "everything as it is at first" where no hash would say "as the file was saved". */
export const emptyHash = `#v=${hashVersion}`;

export interface HashReport {
  /** Keys that this version does not know. */
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
  const known = given.filter(([key]) => isKey(key));
  const report = {
    unknown: [...new Set(unknown)],
    ...(version && version !== hashVersion ? { otherVersion: version } : {}),
  };
  return { state: { ...initialState, ...Object.fromEntries(known) }, report };
}

function isKey(key: string): key is FieldKey {
  return (fieldKeys as readonly string[]).includes(key);
}
