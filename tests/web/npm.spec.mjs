// The element of the npm package in a browser: packed by npm, unpacked, imported by its name through an import map.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from './harness.mjs';
import { openPost, ready } from './host.mjs';

const pack = fileURLToPath(new URL('../../scripts/pack.mjs', import.meta.url));

test('import "llm-slide-rule" shows a view, and a view of another part', async ({ watched: page }) => {
  test.setTimeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'npm-'));
  const tarball = execFileSync(process.execPath, [pack], { encoding: 'utf8' }).trim();
  execFileSync('tar', ['-xzf', tarball, '-C', folder]);
  const inside = (file) => readFileSync(join(folder, 'package', file));
  const { exports } = JSON.parse(inside('package.json').toString());
  await page.route('http://npm.test/**', (route) =>
    route.fulfill({
      body: inside(new URL(route.request().url()).pathname.slice(1)),
      contentType: 'text/javascript',
      headers: { 'access-control-allow-origin': '*' },
    }),
  );
  const map = { imports: { 'llm-slide-rule': new URL(exports['.'].default, 'http://npm.test/').href } };
  const script = `import { LlmSlideRule } from 'llm-slide-rule';
    const element = new LlmSlideRule();
    Object.assign(element, { view: 'memory', parameters: '7B' });
    document.body.append(element);`;
  await openPost(page, '', {
    head: `<script type="importmap">${JSON.stringify(map)}</script><script type="module">${script}</script>`,
  });
  const element = page.locator('llm-slide-rule');
  await element.waitFor({ state: 'attached' });
  await ready(page);
  await expect(element.locator('tfoot')).toContainText('168');
  await element.evaluate((e) => (e.view = 'accuracy'));
  await expect(element.locator('.answer').first()).toBeVisible();
  rmSync(folder, { recursive: true });
});
