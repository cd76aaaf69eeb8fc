// What `import 'llm-slide-rule'` and its views lead to under Node: nothing. Sites that render their pages on a server
// (Next.js, Astro, SvelteKit) import there what they import in the browser, and a server has no HTMLElement to make an
// element of: the tag is written as it stands, with its content, and the browser's own import of the element takes it
// over. The name that the element exports is here too, as a missing one would stop the import.

export function LlmSlideRule() {
  throw new Error('<llm-slide-rule> is made in a browser; what runs in Node is llm-slide-rule/engine');
}
