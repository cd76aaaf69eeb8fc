// What the element does to any view after it was drawn: names for ::part(), locked inputs where it is
// readonly, and what is typed where a saved page can hold it.

const partSelectors = {
  title: 'h2',
  answer: '.answer',
  inputs: '.fields, .picks, .chips',
  table: 'table',
  chart: 'figure',
  note: '.note, .aside, .source',
} as const;
export const partNamesInside = Object.keys(partSelectors);

/** Trees whose inputs are locked. */
const locked = new WeakSet<ParentNode>();

/** Runs after every drawing, over what was drawn: there are thousands of elements where many cards are chosen. */
export function decorate(
  root: ParentNode,
  drawn: readonly Element[],
  { readonly, view }: { readonly: boolean; view: string },
): void {
  // A page of its own has no host that could style parts.
  if (view !== 'page') {
    for (const [name, selector] of Object.entries(partSelectors)) {
      for (const element of all(drawn, selector)) element.part.add(name);
    }
  }
  for (const input of all(drawn, 'input, textarea'))
    keepTyped(input as HTMLInputElement | HTMLTextAreaElement);
  const isNew = readonly !== locked.has(root);
  if (readonly || isNew) lock(isNew ? root.querySelectorAll(lockable) : all(drawn, lockable), readonly);
  if (readonly) locked.add(root);
  else locked.delete(root);
}

const all = (trees: readonly Element[], selector: string): readonly Element[] =>
  trees.flatMap((tree) => [...(tree.matches(selector) ? [tree] : []), ...tree.querySelectorAll(selector)]);

const lockable =
  'input, select, textarea, .remove, .pin, .strip, button:is(.link, .action), .use:not(.fit-status *)';

function lock(inputs: Iterable<Element>, readonly: boolean): void {
  for (const input of inputs) {
    // A locked text can still be read, selected and copied.
    const how = input.matches('[type=text], textarea')
      ? 'readonly'
      : input.matches('div')
        ? 'aria-readonly'
        : 'disabled';
    // What is closed for a reason of its own stays so.
    if (readonly ? input.hasAttribute(how) : !input.hasAttribute('data-locked')) continue;
    if (readonly) input.setAttribute(how, how === 'aria-readonly' ? 'true' : '');
    else input.removeAttribute(how);
    input.toggleAttribute('data-locked', readonly);
  }
}

/** A browser that saves the page without its scripts writes attributes into the file, not what was typed. */
function keepTyped(input: HTMLInputElement | HTMLTextAreaElement): void {
  if (input instanceof HTMLInputElement && /^(checkbox|radio)$/u.test(input.type)) {
    if (input.defaultChecked !== input.checked) input.defaultChecked = input.checked;
  } else if (input.defaultValue !== input.value) input.defaultValue = input.value;
}
