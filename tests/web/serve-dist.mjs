// Serves dist/ and tests/web/pages once for all browser tests; their address reaches the tests in SITE.

import { fileURLToPath } from 'node:url';
import { serve } from '../../scripts/static-server.mjs';

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));

export default async function setup() {
  const site = await serve(folder('../..'), 0);
  process.env.SITE = `http://127.0.0.1:${site.address().port}`;
  return () => site.close();
}
