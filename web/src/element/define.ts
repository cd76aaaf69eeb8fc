// Importing this defines <llm-slide-rule>. A second copy on the same page leaves the first in place. The builds of
// other parts define an element of their own, which stands inside the first where one of their views is asked for.

import { LlmSlideRule } from './llm-slide-rule';

if (!customElements.get(LlmSlideRule.tag)) customElements.define(LlmSlideRule.tag, LlmSlideRule);

export { LlmSlideRule };
export { createEngine } from '../engine/engine';
