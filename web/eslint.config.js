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
);
