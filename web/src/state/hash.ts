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

export function toHash(state: State): string {
  const changed = fieldKeys.filter((key) => state[key] !== initialState[key]);
  if (changed.length === 0) return '';
  const parts = changed.map((key) => `${key}=${encode(state[key])}`);
  return `#v=${hashVersion}&${parts.join('&')}`;
}

/** Spaces as +, commas and stars left readable. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%20/gu, '+').replace(/%2C/gu, ',').replace(/%3A/gu, ':');
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
    ...(version !== null && version !== hashVersion ? { otherVersion: version } : {}),
  };
  return { state: { ...initialState, ...Object.fromEntries(known) }, report };
}

function isKey(key: string): key is FieldKey {
  return (fieldKeys as readonly string[]).includes(key);
}
