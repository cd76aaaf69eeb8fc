// What is wrong with a field, in words that say what to do. The core gives field, code and limit; the words are here.

import { exact, koreanCount, type Lang, significant } from '../format/format';
import { idKey, type Translate } from './index';

/** A problem of the core, or of a typed text, which knows how it is written. */
interface Said {
  readonly code: string;
  readonly limit?: number | undefined;
  readonly nearest?: string | undefined;
  readonly text?: string | undefined;
  readonly like?: string | undefined;
  readonly example?: string;
  /** Years are not grouped. */
  readonly isYear?: boolean;
  /** Shares are told in per cent. */
  readonly isShare?: boolean;
}

/** What may be typed as it stands: every digit, or 10억. */
function boundText(limit: number, lang: Lang): string {
  if (Math.abs(limit) >= 1e15 || !Number.isInteger(limit)) return significant(limit, lang, 4);
  const isRound = limit >= 1e8 && Number(limit.toPrecision(3)) === limit;
  return lang === 'ko' && isRound ? koreanCount(limit) : exact(limit, lang);
}

/** Whether `nearest` is a guess at what was meant; elsewhere it is the other input. */
export const isGuess = (code: string) => /^unknown|^no-model$/u.test(code);

export function problemText(problem: Said, t: Translate, lang: Lang): string {
  const limit = problem.limit ?? 0;
  const shown = problem.isShare
    ? `${exact(100 * limit, lang)}%`
    : problem.isYear
      ? String(limit)
      : boundText(limit, lang);
  // One of something is divided by nothing but one.
  const code = problem.code === 'must-divide' && limit === 1 ? 'must-divide-one' : problem.code;
  const base = t(idKey('problem', code), {
    text: problem.text ?? '',
    like: problem.like ?? '4096',
    example: problem.example ?? '',
    limit: shown,
  });
  const near = problem.nearest;
  if (!near) return base;
  if (isGuess(problem.code)) {
    // All that there are, as the core lists its words; a name may hold a comma, too.
    const isList = /^[^\s,]+(, [^\s,]+)+$/u.test(near);
    return `${base} ${t(isList ? 'problem.one-of' : 'problem.nearest', { nearest: near })}`;
  }
  const nearest =
    ['field', 'symbol'].map((topic) => t(idKey(topic, near))).find((word) => word !== near) ?? near;
  return `${base} ${t('problem.other-field', { nearest })}`;
}
