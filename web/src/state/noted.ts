// What is drawn notes what it reads, so that it is drawn again where that has changed, and only there.

/** What was read, each with what it gave. */
export type Reads = Map<() => unknown, unknown>;

let reads: Reads | undefined;

/** Runs `draw` and notes in `into` what it reads. */
export function noting<T>(into: Reads | undefined, draw: () => T): T {
  const before = reads;
  reads = into;
  try {
    return draw();
  } finally {
    reads = before;
  }
}

/** Reads something that changes, as one: what it is made of is not noted beside it. */
export function noted<T>(read: () => T): T {
  const value = noting(undefined, read);
  reads?.set(read, value);
  return value;
}

export function hasChanged(all: Reads): boolean {
  for (const [read, value] of all) if (!Object.is(read(), value)) return true;
  return false;
}

/** The properties of an object that is replaced as a whole, each noted where it is read. */
export function notedKeys<T extends object>(keys: readonly (keyof T)[], whole: () => T): T {
  const properties = keys.map((key) => {
    const read = () => whole()[key];
    return [key, { enumerable: true, get: () => noted(read) }] as const;
  });
  return Object.defineProperties({}, Object.fromEntries(properties)) as T;
}
