// Mixtures of experts: how many, how wide, which besides.

import type { Family } from './families';
import { checkedCount, type Keys, type Limits } from './keys';
import { kExperts, kWidth, names } from './names';
import type { Experts } from './shape';

/** Undefined for a dense model, and where what must be there is missing. */
export function expertsOf(keys: Keys, family: Family | undefined): Experts | undefined {
  const ffn = keys.has('ffn_config') ? keys.sub('ffn_config') : keys;
  const count = firstOfList(keys, names.experts, kExperts) ?? ffn.count('moe_num_experts', kExperts);
  if (!count || keys.flag('enable_moe_block') === false) return undefined;
  const active = firstOfList(keys, names.active, kExperts) ?? ffn.count('moe_top_k', kExperts);
  if (active === undefined) keys.problem(names.active, 'missing');
  else if (active > count) keys.problem(names.active, 'above-maximum', count);
  else if (active === 0) keys.problem(names.active, 'below-minimum', 1);
  const width =
    firstOfList(keys, names.expertWidth, kWidth) ?? ffn.count('ffn_hidden_size intermediate_size', kWidth);
  if (width === undefined) keys.problem(names.expertWidth, 'missing');
  if (active === undefined || width === undefined) return undefined;

  const experts: Experts = { count, active, width };
  const sharedCount = firstOfList(keys, names.shared) ?? 0;
  const sharedWidth = keys.count(names.sharedWidth, { max: 1e7 }) ?? sharedCount * width;
  if (sharedWidth > 1e7) keys.problem(names.shared, 'above-maximum', Math.floor(1e7 / width));
  if (sharedWidth > 0) experts.sharedWidth = sharedWidth;
  if (sharedWidth > 0 && (family?.sharedGate ?? (!family && keys.has('shared_expert_intermediate_size')))) {
    experts.sharedGate = true;
  }
  const bias =
    family?.routerBias ??
    (keys.text('topk_method') === 'noaux_tc' ||
      keys.flag('use_routing_bias moe_router_enable_expert_bias use_expert_bias') === true);
  if (bias) experts.routerBias = true;
  if (family?.expertBias) experts.bias = true;
  if (family?.fusedExperts) experts.fused = true;
  const latent = keys.count('moe_latent_size routed_expert_hidden_size', { max: 1e7 });
  if (latent) experts.latent = latent;
  if (latent && keys.flag('latent_moe_use_norm')) experts.latentNorm = true;
  const zero = keys.count('zero_expert_num', kExperts);
  if (zero) experts.zeroExperts = zero;
  return experts;
}

/** A count, or the first of a list of them (ERNIE: text, then vision). */
function firstOfList(keys: Keys, which: string, limits: Limits = { max: 1e7 }): number | undefined {
  const found = keys.find(which);
  if (!Array.isArray(found?.value)) return keys.count(which, limits);
  return checkedCount(keys.findings, keys.field(found.name), found.value[0], limits);
}
