// The npm package as its user gets it: packed, installed into an empty folder, used in Node, on the command line, by
// the type checker; its manifest against the element's own source.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'llm-slide-rule-'));
const run = (command, parameters, options = {}) => execFileSync(command, parameters, { cwd: folder, encoding: 'utf8', ...options });
const question = { ask: 'rule-of-thumb', rule: 'article-2024', parameters: 2e9, task: 'training' };
const inside = (file) => join(folder, 'node_modules/llm-slide-rule', file);

before(() => {
  const tarball = run(process.execPath, [join(root, 'scripts/pack.mjs')]).trim();
  writeFileSync(join(folder, 'package.json'), '{"name": "empty", "private": true, "type": "module"}');
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', tarball]);
});
after(() => rmSync(folder, { recursive: true }));

test('the engine answers in Node', () => {
  writeFileSync(
    join(folder, 'ask.mjs'),
    /```js\n([\s\S]*?)```/u.exec(readFileSync(inside('README.md'), 'utf8'))[1].replace(/^engine\.ask/mu, 'const reply = engine.ask') +
      'console.log(JSON.stringify(reply));',
  );
  assert.equal(JSON.parse(run(process.execPath, ['ask.mjs'])).result.totalBytes, 48e9);
});

test('the batch command is installed and answers', () => {
  const answer = run('npx', ['--no-install', 'llm-slide-rule'], { input: JSON.stringify({ id: 'a', ...question }) + '\n' });
  assert.equal(JSON.parse(answer).totalBytes, 48e9);
  for (const flag of ['--help', '-h']) assert.match(run('npx', ['--no-install', 'llm-slide-rule', flag]), /rule-of-thumb/u);
  assert.equal(run('npx', ['--no-install', 'llm-slide-rule', '--version']).trim(), JSON.parse(readFileSync(inside('package.json'), 'utf8')).version);
  // As some editors save it.
  const marked = run('npx', ['--no-install', 'llm-slide-rule'], { input: `\uFEFF${JSON.stringify(question)}\n` });
  assert.equal(JSON.parse(marked).totalBytes, 48e9);
});

const modules = ['', '/models', '/laws', '/fit', '/accuracy'].map((view) => `llm-slide-rule${view}`);

test('a server that renders pages imports the element and its views: nothing happens', () => {
  for (const name of modules) run(process.execPath, ['-e', `import('${name}')`]);
  // What is named in the import is there; the types promise it.
  const names = "import { LlmSlideRule } from 'llm-slide-rule'; class Own extends LlmSlideRule {}; console.log(typeof Own, globalThis.HTMLElement);";
  assert.equal(run(process.execPath, ['--input-type=module', '-e', names]).trim(), 'function undefined');
});

test('the modules of the element have the element alone: an engine starts its own core only', () => {
  for (const name of modules) {
    const names = `import * as all from '${name}'; console.log(Object.keys(all).join());`;
    assert.equal(run(process.execPath, ['--input-type=module', '-e', names]).trim(), 'LlmSlideRule', name);
    const [, named] = /export\s*\{([^}]*)\}\s*;?\s*$/u.exec(readFileSync(inside(`dist/${name.replace('/', '.')}.js`), 'utf8'));
    assert.match(named.trim(), /^[\w$]+ as LlmSlideRule$/u, name);
  }
});

test('a bundler takes the element for a browser, and nothing of it for a server', async () => {
  const { build } = await import(new URL('../../web/node_modules/vite/dist/node/index.js', import.meta.url));
  const bundled = async (name, options) => {
    writeFileSync(join(folder, 'app.js'), `import '${name}';\n`);
    const rollupOptions = { input: join(folder, 'app.js') };
    const { output } = await build({ configFile: false, root: folder, logLevel: 'error', ...options, build: { write: false, rollupOptions, ...options.build } });
    return output.map((o) => o.code ?? '').join('');
  };
  for (const name of modules) {
    // The core that each module holds, which no bundler changes.
    const core = /[\w+/=]{9999,}/u.exec(readFileSync(inside(`dist/${name.replace('/', '.')}.js`), 'utf8'))[0];
    const browser = await bundled(name, {});
    assert.ok(browser.includes('customElements.define') && browser.includes(core), name);
    const server = await bundled(name, { ssr: { noExternal: true }, build: { ssr: true } });
    assert.ok(!server.includes('customElements'), name);
  }
  // Others ask with other words: webpack, Rollup and esbuild for a browser; the first that a bundler knows is taken.
  const description = JSON.parse(readFileSync(inside('package.json'), 'utf8'));
  for (const name of modules) {
    const entry = description.exports[name.replace('llm-slide-rule', '.')];
    const taken = (known) => entry[Object.keys(entry).find((condition) => known.includes(condition))];
    for (const known of [['browser', 'import', 'default'], ['browser', 'module', 'import', 'default'], ['import', 'default'], ['default']]) {
      assert.match(taken(known), /^\.\/dist\/llm-slide-rule(\.\w+)?\.js$/u, `${name}: ${known}`);
    }
    assert.equal(taken(['node', 'import', 'default']), './server.js');
    assert.equal(taken(['types', 'node', 'import', 'default']), './types/index.d.ts');
  }
});

test('every file that package.json names is there, and nothing of the sources', () => {
  const description = JSON.parse(readFileSync(inside('package.json'), 'utf8'));
  const named = Object.values(description.exports).flatMap((e) => (typeof e === 'string' ? [e] : Object.values(e)));
  for (const file of [...named, description.bin['llm-slide-rule'], description.customElements, description.unpkg]) {
    if (!file.includes('*')) assert.ok(existsSync(inside(file)), file);
  }
  // The pages that links lead to.
  for (const page of ['index', 'models', 'laws', 'fit', 'accuracy']) assert.ok(existsSync(inside(`dist/${page}.html`)), page);
  assert.equal(description.dependencies, undefined);
  assert.ok(!existsSync(inside('src')));
});

for (const [module, resolution] of [['ESNext', 'Bundler'], ['NodeNext', 'NodeNext']]) {
  test(`types: ${resolution}`, () => {
    writeFileSync(
      join(folder, 'use.ts'),
      `import { LlmSlideRule, type SlideRuleChange } from 'llm-slide-rule';
import 'llm-slide-rule/models';
import { createEngine, type Engine } from 'llm-slide-rule/engine';
const element = document.createElement('llm-slide-rule');
element.parameters = '7B';
element.setState({ parameters: '13B' }, { commit: true, whole: true });
const same: typeof element = await element.ready;
document.addEventListener('slide-rule-change', ({ detail }) => void detail.state.parameters);
window.addEventListener('slide-rule-error', ({ detail }) => void detail.reason.length);
const csv: string = element.toCsv();
element.addEventListener('slide-rule-change', (event) => { const change: SlideRuleChange = event.detail; void change.url; });
const engine: Engine = await createEngine({ wasmBinary: new Uint8Array() });
void [same, csv, engine, new LlmSlideRule().ready];
// @ts-expect-error the engine is a module of its own
import('llm-slide-rule').then((all) => all.createEngine);
// @ts-expect-error a number is no text of a field
element.parameters = 7;
`,
    );
    const tsc = join(root, 'web/node_modules/typescript/bin/tsc');
    run(process.execPath, [tsc, '--noEmit', '--strict', '--skipDefaultLibCheck', '--target', 'ES2022', '--lib', 'ES2022,DOM', '--module', module, '--moduleResolution', resolution, 'use.ts']);
  });
}

test('custom-elements.json says what the element takes', () => {
  const manifest = JSON.parse(readFileSync(inside('custom-elements.json'), 'utf8'));
  assert.equal(manifest.schemaVersion, '1.0.0');
  const [element] = manifest.modules[0].declarations;
  const source = readFileSync(join(root, 'web/src/element/contract.ts'), 'utf8');
  const fields = /stateAttributes = \[([^\]]*)\]/u.exec(source)[1].match(/\w+/gu);
  const names = element.attributes.map((a) => a.name);
  assert.deepEqual([...names].sort(), [...fields, 'view', 'compact', 'readonly', 'hide', 'src-state'].sort());
  assert.ok(element.attributes.every((a) => a.description && a.type?.text));
  assert.deepEqual(element.events.map((e) => e.name), ['slide-rule-change', 'slide-rule-error']);
  for (const method of ['getState', 'setState', 'toMarkdown', 'toCsv']) {
    assert.equal(element.members.find((m) => m.name === method)?.kind, 'method', method);
  }
  const styles = readFileSync(join(root, 'web/src/element/styles.ts'), 'utf8') + readFileSync(join(root, 'web/src/element/widget-styles.ts'), 'utf8');
  const used = [...new Set(styles.match(/--slide-rule-[\w-]+/gu))].sort();
  assert.deepEqual(element.cssProperties.map((p) => p.name).sort(), used);
  const decorated = readFileSync(join(root, 'web/src/element/decorate.ts'), 'utf8');
  // As the types say it.
  assert.equal(element.members.find((m) => m.name === 'ready').type.text, 'Promise<this>');
  assert.match(readFileSync(inside('types/element/contract.d.ts'), 'utf8'), /ready: Promise<this>/u);
  for (const part of element.cssParts) assert.ok(part.name === 'root' || decorated.includes(`${part.name}: '`), part.name);
});
