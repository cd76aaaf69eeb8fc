// The packed core, as a hosted page brings it: as text of its own behind the code, which is read and run while the core
// still comes.

/** Resolves when the document is there. */
const parsed = (): Promise<void> =>
  new Promise((resolve) => {
    if (document.readyState === 'loading') addEventListener('DOMContentLoaded', () => resolve());
    else resolve();
  });

export const packedCore = (): Promise<string> =>
  parsed().then(() => document.getElementById('core')?.textContent ?? '');
