// Terms of memory in their colours: the same family has the same one in bar, timeline and table.

const families: readonly (readonly [family: string, ids: RegExp])[] = [
  ['kv', /^(kv-cache|cache|recurrent-state)/u],
  ['logits', /logits|^head-(input|gradient)/u],
  ['optimizer', /^(optimizer|master|step)/u],
  ['gradients', /gradient/u],
  ['adapters', /^(adapters|trained-embeddings)/u],
  ['weights', /^(weights|gathered|unpacked|cast-copies|allocator|activations-dequantised)/u],
  ['activations', /^(activations|checkpoints|recomputed|backward|compute-buffer|rotary)/u],
];

export function familyOf(id: string): string {
  return families.find(([, ids]) => ids.test(id))?.[0] ?? 'overhead';
}
