// Importing this defines <llm-slide-rule>. A second copy on the same page leaves the first in place. The builds of
// other parts define an element of their own, which stands inside the first where one of their views is asked for.

import type { PartName } from '../parts';
import { LlmSlideRule } from './llm-slide-rule';
import { tagOf } from './other-part';
import { templates } from './trusted-html';

declare const __PART__: PartName;

// Of several modules the first does it; where a browser cannot, a size inside follows the text that it stands in.
try {
  CSS.registerProperty({
    name: '--llm-slide-rule-em',
    syntax: '<length>',
    inherits: true,
    initialValue: '0px',
  });
} catch {
  /* See above. */
}

const tag = tagOf(__PART__);
if (!customElements.get(tag)) customElements.define(tag, Object.assign(LlmSlideRule, { templates }));

export { LlmSlideRule };
