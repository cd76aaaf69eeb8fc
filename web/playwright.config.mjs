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
      executablePath: process.env.CHROMIUM_HEADLESS_SHELL || '/usr/bin/chromium-headless-shell',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
  },
});
