// Vision and audio towers of a multimodal configuration, estimated: a transformer encoder of the widths given,
//   layers * (4 h^2 + m h f) + 3 patch^2 h + h * H
// m = 2 matrices in the MLP (3 where it is gated), H the language model's width (the projector).

import { type Findings, isObject, type JsonObject, Keys } from './keys';

const towers = ['vision_config', 'audio_config', 'visual', 'vit_config'];

/** Parameters of the towers; 0 where the file does not give their widths, which is then noted. */
export function towerParameters(config: JsonObject, hiddenSize: number, findings: Findings): number {
  const inside = isObject(config['thinker_config']) ? config['thinker_config'] : config;
  let total = 0;
  let untold = false;
  for (const name of towers) {
    const tower = inside[name];
    if (!isObject(tower)) continue;
    const own = one(tower, hiddenSize);
    if (own === undefined) untold = true;
    total += own ?? 0;
  }
  if (untold || total === 0) findings.notes.add('towers-not-counted');
  if (total > 0) findings.notes.add('towers-estimated');
  return total;
}

function one(tower: JsonObject, hiddenSize: number): number | undefined {
  // A tower's own faults are no fault of the model: they go unsaid, and the tower uncounted.
  const ignored = Object.create(null) as Findings;
  ignored.problem = () => undefined;
  const keys = new Keys(tower, {}, '', ignored);
  const limits = { min: 1, max: 1e6 };
  const layers = keys.count('num_hidden_layers depth layers encoder_layers', { min: 1, max: 1e4 });
  const h = keys.count('embed_dim hidden_size d_model width', limits);
  if (layers === undefined || h === undefined) return undefined;
  const ratio = tower['mlp_ratio'];
  const f =
    keys.count('intermediate_size encoder_ffn_dim', limits) ??
    (typeof ratio === 'number' && ratio > 0 && ratio < 100 ? Math.round(ratio * h) : 4 * h);
  const patch = keys.count('patch_size', { min: 1, max: 1e3 }) ?? 0;
  const matrices = /silu|swiglu/u.test(keys.text('hidden_act hidden_activation') ?? '') ? 3 : 2;
  return layers * (4 * h * h + matrices * h * f) + 3 * patch * patch * h + h * hiddenSize;
}
