// The boxes that search and count, as a reader uses them.

import { expect, httpUrl, modelsHttpUrl, open, test } from './harness.mjs';

test('cards: a name without its blanks, nothing found, a count in full-width digits', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=en');
  const search = page.locator('#hardware-gpu-search');
  await search.fill('rtx4090');
  await expect(page.locator('.pick', { hasText: 'RTX 4090' }).first()).toBeVisible();
  await search.fill('zzz');
  await expect(page.locator('#hardware-gpu-found')).toHaveText('Nothing found: try a shorter word');
  await search.fill('엔비디아 4090');
  await expect(page.locator('.pick', { hasText: 'RTX 4090' }).first()).toBeVisible();
  const count = page.locator('#hardware-count-rtx-4090');
  await count.fill('７');
  await expect(page.locator('#hardware-gpu-problem')).toBeEmpty();
  await expect(count).not.toHaveAttribute('aria-invalid', 'true');
  await expect(count).toHaveValue('７');
  await expect(page.locator('table.fit thead')).toContainText(/7 ?×|× ?7/u);
  await count.fill('0');
  await expect(page.locator('#hardware-gpu-problem')).toContainText('“GeForce RTX 4090 × 0”');
  await expect(count).toHaveAttribute('aria-invalid', 'true');
});

test('models: a name without its hyphens, nothing found, a count too small', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=ko');
  const search = page.locator('#model-model-search');
  await search.fill('llama3');
  await expect(page.locator('.pick', { hasText: 'Llama 3.1 8B' }).first()).toBeVisible();
  await search.fill('라마');
  await expect(page.locator('.pick', { hasText: 'Llama 3.1 8B' }).first()).toBeVisible();
  await search.fill('zzz');
  await expect(page.locator('#model-model-found')).toHaveText('결과 없음: 영어 이름이나 더 짧은 말로 검색하십시오');
  await page.locator('#heat-model-search').fill('zzz');
  await expect(page.locator('#heat-model-found')).toHaveText('결과 없음: 영어 이름이나 더 짧은 말로 검색하십시오');
  await search.fill('카카오');
  await expect(page.locator('#model-model-found')).toHaveText(/^검색 결과 \d+개/u);
  await page.locator('#model-count').fill('abc');
  await expect(page.locator('#model-count-problem')).toHaveText('모델을 고르거나 7B처럼 파라미터 수를 입력하십시오.');
  await page.locator('#model-count').fill('5');
  await expect(page.locator('#model-count-problem')).toHaveText('파라미터 수: 1,000,000 이상을 입력하십시오.');
});
