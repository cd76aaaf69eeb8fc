import js from '@eslint/js';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['src/generated/**', 'node_modules/**'] },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    files: ['**/*.mjs', '*.js', '*.ts'],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly', Buffer: 'readonly' },
    },
  },
  {
    files: ['embed/*.js'],
    languageOptions: { globals: { addEventListener: 'readonly', document: 'readonly' } },
  },
  {
    files: ['src/page/service-worker.js'],
    languageOptions: {
      globals: Object.fromEntries(
        ['addEventListener', 'caches', 'clients', 'fetch', 'Request', 'skipWaiting'].map((name) => [
          name,
          'readonly',
        ]),
      ),
    },
  },
);
