// What the element does to any view after it was drawn: names for ::part(), locked inputs where it is
// readonly, and what is typed where a saved page can hold it.

const partSelectors = {
  title: 'h2',
  answer: '.answer',
  inputs: '.fields, .picks, .chips',
  table: 'table',
  chart: 'figure, svg.bar',
  note: '.note, .aside, .source',
} as const;
export const partNamesInside = Object.keys(partSelectors);

export function decorate(root: ParentNode, readonly: boolean): void {
  for (const [name, selector] of Object.entries(partSelectors)) {
    for (const element of root.querySelectorAll(selector)) element.part.add(name);
  }
  keepTyped(root);
  for (const input of root.querySelectorAll('input, select, .remove, button.link')) {
    // A locked text can still be read, selected and copied.
    const lock = input.matches('[type=text]') ? 'readonly' : 'disabled';
    if (readonly) input.setAttribute(lock, '');
    else if (input.hasAttribute('data-locked')) input.removeAttribute(lock);
    input.toggleAttribute('data-locked', readonly);
  }
}

/** A browser that saves the page without its scripts writes attributes into the file, not what was typed. */
function keepTyped(root: ParentNode): void {
  for (const input of root.querySelectorAll('input')) {
    if (input.type === 'checkbox') input.defaultChecked = input.checked;
    else input.defaultValue = input.value;
  }
}
