// Text -> JSON, for text that anyone may have pasted: bounded in size and depth, and never an exception.

import type { Findings } from './keys';

/** A config.json has some kilobytes; with every label of a large classifier, some hundreds. */
export const kMaxConfigCharacters = 4 << 20;
/** Configurations nest five deep, indices of weights two. */
export const kMaxDepth = 100;

/** The value, or undefined with the problem told under `field`. A byte order mark is passed over. */
export function parseJson(text: string, field: string, maxCharacters: number, findings: Findings): unknown {
  if (text.length > maxCharacters) {
    findings.problem(field, 'too-long', maxCharacters);
    return undefined;
  }
  if (deeperThan(text, kMaxDepth)) {
    findings.problem(field, 'too-deep', kMaxDepth);
    return undefined;
  }
  const bare = text.replace(/^\uFEFF/u, '');
  try {
    return JSON.parse(bare) as unknown;
  } catch {
    // Python writes numbers that JSON does not have; they stand for "no limit" and the like.
    try {
      return JSON.parse(withoutPythonNumbers(bare)) as unknown;
    } catch {
      findings.problem(field, bare.trim() === '' ? 'missing' : 'not-json-text');
      return undefined;
    }
  }
}

/** Replaces NaN, Infinity and -Infinity outside strings by null, in one pass. */
function withoutPythonNumbers(text: string): string {
  const pieces: string[] = [];
  let kept = 0;
  let inString = false;
  for (let i = 0; i < text.length; ++i) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) ++i;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) {
      inString = true;
    } else if (c === 0x49 || c === 0x4e || c === 0x2d) {
      const word = ['-Infinity', 'Infinity', 'NaN'].find((w) => text.startsWith(w, i));
      if (!word) continue;
      pieces.push(text.slice(kept, i), 'null');
      i += word.length - 1;
      kept = i + 1;
    }
  }
  return pieces.length > 0 ? pieces.join('') + text.slice(kept) : text;
}

/** Whether brackets nest deeper than `limit`, by one pass over the characters: some parsers recurse. */
function deeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; ++i) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) ++i;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) {
      inString = true;
    } else if (c === 0x7b || c === 0x5b) {
      if (++depth > limit) return true;
    } else if (c === 0x7d || c === 0x5d) {
      --depth;
    }
  }
  return false;
}
