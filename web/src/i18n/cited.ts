// What the catalogues cite in English, in the reader's words: places within a source, sources of measured rows,
// licences. Names stay.

import { idKey, type Translate } from './index';

/** Where in a source: "Eq. 1.5; Table 2" → "식 1.5, 표 2". */
export const placeText = (t: Translate, place: string): string =>
  place
    .split(/; |, (?=\p{Lu}\p{Ll}+ )/u)
    .map((part) => {
      const [, who = '', year = ''] = /^code of \[([a-z]+)-(\d+)\]$/u.exec(part) ?? [];
      if (who) return t('place.code-of', { who: who.replace(/^./u, (c) => c.toUpperCase()), year });
      const [, what = '', n = ''] = /^(.+?)(?: (\p{Lu}?[\d.]+(?:[-,][\d ]+)*|\p{Lu}))?$/u.exec(part) ?? [];
      return t(idKey('place', what), { n });
    })
    .join(', ');

/** Where a row was measured, if not in a file that has a name: "public log no. 1" → "공개 로그 1번". */
export const measuredText = (t: Translate, source: string): string =>
  source
    .replace(/public log no\. (\d+)/u, (_, n: string) => t('accuracy.public-log', { n }))
    .replace(/logs \(log no\. (\d+)\)/u, (_, n: string) => t('accuracy.logs', { n }))
    .replace(/^(\S+) (".+") of the model's repository$/u, (_, file: string, key: string) =>
      t('accuracy.of-repository', { file, key }),
    );

/** A licence: what is written small in it are words, "OPT-175B licence (non-commercial)", the rest is its name. */
export const licenceText = (t: Translate, licence: string): string =>
  licence
    .replace(/(?<![\p{L}\d.-])\p{Ll}[\p{Ll} -]*\p{Ll}(?![\p{L}\d-])/gu, (words) => t(idKey('licence', words)))
    .replace(/^\p{Ll}/u, (c) => c.toUpperCase());
