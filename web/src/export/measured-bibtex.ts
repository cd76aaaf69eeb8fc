// The sources of published measurements, as the report of scripts/accuracy names them, as BibTeX.

import { toBibtex, type Reference } from './bibtex';

/**
 * A repository at its commit is one entry, of however many of its files; a page on GitHub is one, too. When it was written
 * is not known. What has no address, as a log that only has a number, stands in a comment: it cannot be cited.
 */
export function measuredBibtex(sources: readonly string[]): string {
  const entries = new Map<string, Reference>();
  const others = new Set<string>();
  for (const source of sources) {
    const [, owner, name = '', commit, path = ''] =
      /github(?::|\.com\/)([\w.-]+)\/([\w.-]+)(?:@([\da-f]{7,40})|([\w/.-]*))/u.exec(source) ?? [];
    if (!owner) {
      others.add(source);
      continue;
    }
    const key = `${owner}-${name}-${commit?.slice(0, 7) ?? path}`.replace(/[^\p{L}\d]+/gu, '-');
    const title = name + path;
    entries.set(key, {
      key,
      authors: owner,
      title: title.replace(/_/gu, '\\_'),
      where: commit ? `GitHub, commit ${commit}` : 'GitHub',
      url: `https://github.com/${owner}/${commit ? `${name}/tree/${commit}` : title}`,
    });
  }
  const comments = [...others].map((source) => `% without an address: ${source}\n`);
  return [...(entries.size > 0 ? [toBibtex([...entries.values()])] : []), comments.join('')].join('\n');
}
