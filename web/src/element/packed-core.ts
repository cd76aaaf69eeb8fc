// The packed core, as the widget brings it: in its own code. A hosted page takes page/packed-core.ts in its place.

import packed from '../generated/slide-rule-unlzma';

export const packedCore = (): Promise<string> => Promise.resolve(packed);
