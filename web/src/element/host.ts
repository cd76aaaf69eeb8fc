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

/** Tells when the host may have changed its look: by attributes of its root or body, or with the reader's own scheme. */
export function watchHost(changed: () => void): { observe(): void; disconnect(): void } {
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const attributes = new MutationObserver(changed);
  return {
    observe() {
      scheme.addEventListener('change', changed);
      for (const e of [document.documentElement, document.body]) attributes.observe(e, { attributes: true });
    },
    disconnect() {
      scheme.removeEventListener('change', changed);
      attributes.disconnect();
    },
  };
}
