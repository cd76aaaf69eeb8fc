// A part of README.md that a script writes stands between two markers with its name.

/** The text with `body` as its part `name`. */
export function withPart(text, name, body) {
  const marked = new RegExp(`(<!-- ${name}: [^>]*-->\\n)[\\s\\S]*?(<!-- /${name} -->)`, 'u');
  if (!marked.test(text)) throw new Error(`README.md has no markers for ${name}`);
  return text.replace(marked, (_, head, tail) => `${head}${body}\n${tail}`);
}
