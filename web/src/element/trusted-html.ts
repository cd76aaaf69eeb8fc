// The policy by which Lit makes elements of its templates where a page's rules ask for trusted types. Such rules allow
// the policy of this name once: an element holds it for the modules that come after its own. In the builds of the widget
// it stands in the place of Lit's (web/build.mjs).

import { partNames } from '../parts';
import { tagOf } from './other-part';

interface Policies {
  readonly trustedTypes?: { createPolicy(name: string, rules: object): object };
}
interface Holder {
  readonly templates?: object;
}

export const templates =
  partNames.reduce<object | undefined>(
    (held, part) => held ?? (customElements.get(tagOf(part)) as Holder | undefined)?.templates,
    undefined,
  ) ??
  (globalThis as Policies).trustedTypes?.createPolicy('lit-html', { createHTML: (text: string) => text });
