// Importing this defines <llm-slide-rule>. A second copy on the same page leaves the first in place.

import { LlmSlideRule } from './llm-slide-rule';

if (!customElements.get('llm-slide-rule')) customElements.define('llm-slide-rule', LlmSlideRule);

export { LlmSlideRule };
export { createEngine } from '../engine/engine';
