// The mixers whose state does not grow with the context, from the keys of the families that have them. What the
// widths mean stands at Recurrent in src/slide_rule/model.hpp.

import type { Keys, Limits } from './keys';
import type { Recurrent, Shape } from './shape';

const kWidth: Limits = { min: 1, max: 1e6 };
const kTaps: Limits = { min: 1, max: 1e4 };

/** Sets `shape.recurrent`. Layers that recur by a mixer unknown here are counted as full attention. */
export function recurrentOf(keys: Keys, shape: Shape): void {
  if (!shape.layerTypes?.includes('r')) return;
  const recurrent =
    gatedDeltaNet(keys) ?? kimiDelta(keys) ?? shortConv(keys) ?? mamba(keys, shape) ?? lightning(keys, shape);
  if (recurrent) {
    shape.recurrent = recurrent;
    return;
  }
  keys.findings.notes.add('unknown-mixer');
  const letters = shape.layerTypes.replace(/r/gu, 'f');
  if (/s/u.test(letters)) shape.layerTypes = letters;
  else delete shape.layerTypes;
}

/** The width under `names`; a problem where there is none. */
function width(keys: Keys, names: string): number {
  const value = keys.count(names, kWidth);
  if (value === undefined) keys.problem(names, 'missing');
  return value ?? 1;
}

function gatedDeltaNet(keys: Keys): Recurrent | undefined {
  if (!keys.has('linear_num_value_heads')) return undefined;
  return {
    kind: 'gated-delta-net',
    keyHeads: width(keys, 'linear_num_key_heads'),
    valueHeads: width(keys, 'linear_num_value_heads'),
    keyDim: width(keys, 'linear_key_head_dim'),
    valueDim: width(keys, 'linear_value_head_dim'),
    convolution: keys.count('linear_conv_kernel_dim', kTaps) ?? 4,
  };
}

function kimiDelta(keys: Keys): Recurrent | undefined {
  if (!keys.has('linear_attn_config')) return undefined;
  const own = keys.sub('linear_attn_config');
  return {
    kind: 'kimi-delta',
    valueHeads: width(own, 'num_heads'),
    valueDim: width(own, 'head_dim'),
    convolution: own.count('short_conv_kernel_size', kTaps) ?? 4,
    ...(own.flag('use_full_rank_gate') && { fullRankGate: true }),
  };
}

function shortConv(keys: Keys): Recurrent | undefined {
  const convolution = keys.count('conv_L_cache', kTaps);
  return convolution === undefined ? undefined : { kind: 'short-conv', convolution };
}

/** Mamba 2 has heads, Mamba 1 a rank for its step. */
function mamba(keys: Keys, shape: Shape): Recurrent | undefined {
  const state = keys.count('ssm_state_size mamba_d_state state_size', kWidth);
  if (state === undefined) return undefined;
  const convolution = keys.count('conv_kernel mamba_d_conv', kTaps) ?? 4;
  const expand = keys.count('mamba_expand expand', { min: 1, max: 100 }) ?? 2;
  // A pure Mamba has no MLP whose width `intermediate_size` could be.
  const own = keys.has('mamba_d_state ssm_state_size') ? '' : ' intermediate_size';
  const inner = keys.count(`mamba_d_ssm mamba_intermediate_size${own}`, kWidth) ?? expand * shape.hiddenSize;
  const valueHeads = keys.count('mamba_num_heads mamba_n_heads num_heads', kWidth);
  if (valueHeads !== undefined) {
    const given = keys.find('mamba_head_dim mamba_d_head')?.value;
    const auto = given === undefined && !keys.has('num_heads');
    const valueDim =
      auto || given === 'auto'
        ? inner / valueHeads
        : keys.count('mamba_head_dim mamba_d_head head_dim', kWidth);
    if (valueDim === undefined || !Number.isInteger(valueDim)) {
      keys.problem('mamba_num_heads mamba_n_heads num_heads', 'must-divide', inner, 'hidden_size');
      return undefined;
    }
    const groups = keys.count('n_groups mamba_n_groups mamba_ngroups', kWidth) ?? 1;
    return { kind: 'mamba2', valueHeads, valueDim, groups, state, convolution };
  }
  const rank = keys.find('mamba_dt_rank time_step_rank')?.value;
  const auto = rank === undefined || rank === 'auto';
  const keyDim = auto ? Math.ceil(shape.hiddenSize / 16) : keys.count('mamba_dt_rank time_step_rank', kWidth);
  if (keyDim === undefined) return undefined;
  return { kind: 'mamba1', valueHeads: 1, valueDim: inner, keyDim, state, convolution };
}

/** MiniMax: as many heads as attention has. */
function lightning(keys: Keys, shape: Shape): Recurrent | undefined {
  if (!keys.has('attn_type_list linear_attn_alpha_factor layernorm_linear_attention_alpha')) return undefined;
  const heads = keys.count('num_attention_heads', kWidth) ?? 1;
  const headDim = keys.count('head_dim', kWidth) ?? Math.floor(shape.hiddenSize / heads);
  return { kind: 'lightning', valueHeads: heads, valueDim: headDim };
}
