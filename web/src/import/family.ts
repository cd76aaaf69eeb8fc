// What the configuration files of a family leave unsaid.

import type { Keys } from './keys';
import type { Shape } from './shape';

export interface Family {
  /** What the family's code fixes, whatever the file says. */
  readonly fixed?: Partial<Shape>;
  /** Its configuration class's defaults, by key. */
  readonly keys?: Readonly<Record<string, unknown>>;
  /** Widths of the class, for nested configurations that name only what differs from it: hidden, MLP, layers, heads,
   *  KV heads, vocabulary, head width. */
  readonly dims?: readonly number[];
  /** Letters of the layers where the file has no list; `s` counts where there is a window. */
  readonly layers?: string;
  /** MLP width over hidden size where the file has none. */
  readonly mlpRatio?: number;
  /** Rows added to the learned positions. */
  readonly positions?: number;
  /** What `use_qk_norm` and the like mean here. */
  readonly qkNorm?: 'per-head' | 'full';
  readonly routerBias?: boolean;
  readonly sharedGate?: boolean;
  readonly expertBias?: boolean;
  /** transformers always had a layer's experts in one parameter. */
  readonly fusedExperts?: boolean;
  readonly mtp?: string;
  /** Makes the shape right where nothing above can. */
  readonly patch?: (shape: Shape, keys: Keys) => void;
}
