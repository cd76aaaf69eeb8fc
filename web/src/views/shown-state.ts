// For copies and files: the inputs of what is shown.

import type { PartName } from '../parts';
import type { State } from '../state/fields';
import { ruleReply } from '../state/rule';
import type { Context } from './context';
import { plan } from './models/plan';

declare const __PART__: PartName;

/** The inputs that what is shown was computed from: not those that cannot be read or met, or do not go together. */
export function shownState(ctx: Context): State {
  const { good } = ctx.store;
  if (__PART__ === 'calculator') {
    const { from, isLast } = ruleReply(ctx.store);
    return isLast && from ? { ...good, ...(from.state as Partial<State>) } : good;
  }
  return (__PART__ === 'models' && plan(ctx).answer?.state) || good;
}
