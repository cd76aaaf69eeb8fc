// custom-elements.json (schema 1.0.0) of <llm-slide-rule>, from the doc comment and the members of its class.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { create, ts } from '../web/node_modules/@custom-elements-manifest/analyzer/index.js';

const web = join(dirname(fileURLToPath(import.meta.url)), '../web');
const sources = ['src/element/contract.ts', 'src/element/llm-slide-rule.ts'];

const camel = (name) => name.replace(/-(\w)/gu, (_, letter) => letter.toUpperCase());

export function manifestOf() {
  const modules = sources.map((file) => ts.createSourceFile(file, readFileSync(join(web, file), 'utf8'), ts.ScriptTarget.ES2022, true));
  const made = create({ modules });
  const found = made.modules.flatMap((m) => m.declarations).find((d) => d.name === 'LlmSlideRule');
  // What a host may rely on is public and described; Lit's own hooks are neither.
  const members = found.members.filter((m) => m.privacy !== 'private' && m.privacy !== 'protected' && !m.static && !m.name.startsWith('#'));
  const hooks = ['connectedCallback', 'disconnectedCallback', 'report', 'language', 'problems'];
  const attributes = found.attributes.map((a) => ({ ...a, fieldName: camel(a.name) }));
  const declaration = {
    ...found,
    tagName: 'llm-slide-rule',
    customElement: true,
    attributes,
    events: found.events.filter((event) => event.description),
    members: members.filter((m) => !hooks.includes(m.name)).map((m) => {
      const attribute = attributes.find((a) => a.fieldName === m.name);
      return attribute ? { ...m, attribute: attribute.name, reflects: true, description: attribute.description } : m;
    }),
  };
  const path = 'dist/llm-slide-rule.js';
  const reference = { name: 'LlmSlideRule', module: path };
  return {
    schemaVersion: '1.0.0',
    readme: 'README.md',
    modules: [
      {
        kind: 'javascript-module',
        path,
        declarations: [declaration],
        exports: [
          { kind: 'js', name: 'LlmSlideRule', declaration: reference },
          { kind: 'custom-element-definition', name: 'llm-slide-rule', declaration: reference },
        ],
      },
    ],
  };
}
