// The sources of what is shown, as BibTeX.

export interface Reference {
  readonly key: string;
  readonly authors: string;
  readonly year?: number;
  readonly title: string;
  readonly where?: string;
  readonly url?: string;
}

/** "Hoffmann et al." is "Hoffmann and others" to BibTeX; a body's name is kept whole. */
function authorsOf(authors: string): string {
  if (/ et al\.$/u.test(authors)) return authors.replace(/ et al\.$/u, ' and others');
  const people = authors.split(/; |, (?=\p{Lu}\S*(?:,|$))/u);
  const isBody = (name: string) => / /u.test(name) && !/ and /u.test(name);
  return people.map((name) => (isBody(name) ? `{${name}}` : name)).join(' and ');
}

export function toBibtex(references: readonly Reference[]): string {
  return references
    .map((r) => {
      const arxiv = /arXiv (\d{4}\.\d{4,5})/u.exec(r.where ?? '')?.[1];
      const fields = {
        author: authorsOf(r.authors),
        title: `{${r.title}}`,
        year: r.year,
        howpublished: r.where,
        eprint: arxiv,
        archiveprefix: arxiv && 'arXiv',
        url: r.url,
      };
      const lines = Object.entries(fields).flatMap(([name, value]) =>
        value ? [`  ${name} = {${value}}`] : [],
      );
      return `@misc{${r.key},\n${lines.join(',\n')}\n}\n`;
    })
    .join('\n');
}
