// What the element reads of the page around it.

const hostOf = (element: Element) => (element.getRootNode() as Partial<ShadowRoot>).host;

/** The language that the nearest element around says, beyond the shadow roots that this one stands in, too. */
export function around(element: Element): string {
  for (let at = element.parentElement ?? hostOf(element); at; at = hostOf(at)) {
    const lang = at.closest('[lang]')?.getAttribute('lang');
    if (lang) return lang;
  }
  return '';
}

/** Whether the host writes in light or in dark ink: many a dark page never says that its colour scheme is dark. */
export function inkOf(element: Element): 'light' | 'dark' | undefined {
  const [red, green, blue] = (/^rgba?\((.*)\)/u.exec(getComputedStyle(element).color)?.[1] ?? '')
    .split(',')
    .map(Number);
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 127 ? 'light' : 'dark';
}

/** The next box out, beyond slots and shadow roots. */
const outside = (at: Element): Element | null | undefined =>
  at.assignedSlot ?? at.parentElement ?? hostOf(at);

/** What the element stands on: the colour of the nearest box around it that nothing shines through, if there is one. */
export function paperOf(element: Element): string {
  for (let at: Element | null | undefined = element; at; at = outside(at)) {
    const { backgroundColor } = getComputedStyle(at);
    if (!/^rgba|\//u.test(backgroundColor)) return backgroundColor;
  }
  return '';
}

/**
 * Tells when the host may have changed its look: by attributes of what is around the element, or with the reader's own
 * scheme; and when a colour around the element has come to rest, since until then what is read of it is on its way.
 */
export function watchHost(
  element: Element,
  changed: () => void,
): { drawn(): void; observe(): void; disconnect(): void } {
  /** What is read of the host, as it was drawn last: many a host writes styles of its boxes all the time. */
  let drawn = '';
  const look = () =>
    [inkOf(element), paperOf(element), around(element), getComputedStyle(element).fontSize].join();
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const attributes = new MutationObserver(() => look() !== drawn && changed());
  const rested = ({ target, propertyName }: TransitionEvent) => {
    if (propertyName.endsWith('color') && (target as Node).contains(element)) changed();
  };
  return {
    drawn: () => void (drawn = look()),
    observe() {
      document.addEventListener('transitionend', rested);
      scheme.addEventListener('change', changed);
      for (let at = outside(element); at; at = outside(at)) attributes.observe(at, { attributes: true });
    },
    disconnect() {
      document.removeEventListener('transitionend', rested);
      scheme.removeEventListener('change', changed);
      attributes.disconnect();
    },
  };
}
