// What is drawn in turns may be set aside for a while: see turns.ts.

import { css, unsafeCSS } from 'lit';

/**
 * What may be set aside: the browser remembers the size of these. Counters are contained in them beforehand: where that
 * begins or ends, the browser counts through the whole page; so what comes and goes is none of them.
 */
export const keepsSize = 'section, section > :not(p, h3, .fields, .panel)';

/** By an attribute: a saved page's rules forbid inline styles, even empty ones. */
export const asideStyles = () => css`
  :where(${unsafeCSS(keepsSize)}) {
    contain: style;
    contain-intrinsic-size: auto none;
  }
  [data-aside] {
    content-visibility: auto;
  }
  [data-aside='hidden'] {
    content-visibility: hidden;
  }
`;
