import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '../tests/web',
  testMatch: '*.spec.mjs',
  outputDir: '../build/playwright',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  // Generous: what is awaited comes at once, on a machine with other work to do too.
  expect: { timeout: 20_000 },
  reporter: [['list']],
  globalSetup: '../tests/web/serve-dist.mjs',
  use: {
    launchOptions: {
      executablePath: fileURLToPath(new URL('../tests/web/chromium.sh', import.meta.url)),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
  },
});
