// What is wrong with a field, in words that say what to do. The core gives field, code and limit; the words are here.

import type { Problem } from '../engine/types';
import { exact, type Lang, significant } from '../format/format';
import { idKey, type Translate } from './index';

export function problemText(problem: Problem, t: Translate, lang: Lang): string {
  const limit = problem.limit ?? 0;
  const shown =
    Math.abs(limit) >= 1e6 || !Number.isInteger(limit) ? significant(limit, lang, 4) : exact(limit, lang);
  const base = t(idKey('problem', problem.code), { field: problem.field, limit: shown });
  const near = problem.nearest;
  if (!near) return base;
  return `${base} ${t(problem.code === 'contradicts' ? 'problem.other-field' : 'problem.nearest', { nearest: near })}`;
}
