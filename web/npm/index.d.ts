// Types of the element's module.

import type { SlideRuleElement } from './element/contract.js';

export type * from './element/contract.js';
export declare const LlmSlideRule: { new (): SlideRuleElement; readonly prototype: SlideRuleElement };
