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

/** What colours a term among others: its family, and a step nearer the ink for each one of it that stands before. */
export function toneOf(id: string, terms: readonly { readonly id: string }[]): string {
  const family = familyOf(id);
  const alike = terms.filter((t) => familyOf(t.id) === family);
  return `${family} step-${alike.findIndex((t) => t.id === id)}`;
}

function familyOf(id: string): string {
  return families.find(([, ids]) => ids.test(id))?.[0] ?? 'overhead';
}
