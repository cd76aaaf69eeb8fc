// The options as a form: those that matter most in front, the others under "more", each group under its heading.

import { html, noChange, nothing, type TemplateResult } from 'lit';
import { countEcho } from '../../format/format';
import { idKey } from '../../i18n/index';
import { coreField } from '../../state/model-fields';
import { fields, type FieldKey, type FieldProblem, type State } from '../../state/fields';
import type { Context } from '../context';
import { selectField, textField } from '../parts';
import { jobOf, optionsOf, type Option } from './options';

type Problems = ReadonlyMap<FieldKey, FieldProblem>;

/** What people choose first; the rest of the core's list follows. */
const first: Readonly<Record<string, readonly string[]>> = {
  engine: ['vllm', 'llama.cpp', 'transformers'],
};

/** `good`: what the inputs held when the answer that stands was computed, where that is not what they hold now. */
export function optionForm(ctx: Context, problems: Problems, good: State | undefined): TemplateResult {
  const options = optionsOf(ctx.store.values);
  const front = options.filter((o) => !o.more);
  const more = options.filter((o) => o.more);
  const isTouched = more.some((o) => ctx.store.state[o.key] !== fields[o.key].initial || problems.has(o.key));
  // What a reader opened is the reader's to close.
  return html`${groups(ctx, front, problems, good)}
    <details class="more" open=${isTouched ? '' : noChange}>
      <summary>${ctx.t('option.more', { count: more.length })}</summary>
      ${groups(ctx, more, problems, good)}
    </details>`;
}

function groups(
  ctx: Context,
  options: readonly Option[],
  problems: Problems,
  good: State | undefined,
): TemplateResult[] {
  const names = [...new Set(options.map((o) => o.group))];
  return names.map(
    (name) =>
      html`<fieldset class="group">
        <legend>${ctx.t(idKey('group', name))}</legend>
        <div class="fields">
          ${options.filter((o) => o.group === name).map((o) => input(ctx, o, problems.get(o.key), good?.[o.key]))}
        </div>
      </fieldset>`,
  );
}

function input(
  ctx: Context,
  option: Option,
  problem: FieldProblem | undefined,
  good: string | undefined,
): TemplateResult {
  const { key } = option;
  const label = ctx.t(idKey('field', key));
  const hintKey = idKey('hint', key);
  // How engines divide a model; a training run that says nothing divides none.
  const isSaid = hintKey !== key && !(key === 'tp' && jobOf(ctx.store.values) === 'train');
  const hint = isSaid ? { hint: ctx.t(hintKey) } : {};
  const choices = option.flag ? ['no', 'yes'] : choicesOf(ctx, option);
  if (choices) {
    const named = choices.map((c) => [c, choiceName(ctx, key, c)] as const);
    return selectField(ctx, key, label, named, { ...hint, problem, good });
  }
  const value: unknown = ctx.store.values[key];
  const echo =
    typeof value === 'number' && value >= 1e4
      ? { echo: countEcho(ctx.store.state[key], value, ctx.lang) }
      : {};
  const placeholder = fields[key].initial === '' ? { placeholder: ctx.t('option.auto') } : {};
  return textField(ctx, key, label, { ...hint, ...echo, ...placeholder, problem, good });
}

function choicesOf(ctx: Context, option: Option): readonly string[] | undefined {
  if (option.key === 'tune') return ['qlora', 'lora', 'full'];
  const kind = jobOf(ctx.store.values) === 'serve' ? 'inference-memory' : 'training-memory';
  const all = coreField(ctx.engine, kind, option.field)?.choices;
  if (!all) return undefined;
  const leading = first[option.key] ?? [];
  const ordered = [...leading, ...all.filter((c) => !leading.includes(c))];
  return fields[option.key].initial === '' ? ['', ...ordered] : ordered;
}

/** A choice in words where it has some; names of formats and programs stand for themselves. */
export function choiceName(ctx: Context, key: string, choice: string): string {
  if (choice === '') return ctx.t('option.auto');
  const own = idKey(`choice.${key}`, choice);
  if (own !== choice) return ctx.t(own);
  const shared = idKey('choice', choice);
  return shared === choice ? choice : ctx.t(shared);
}

/** A problem that belongs to no input on the form. */
export function otherProblems(texts: readonly string[]): TemplateResult | typeof nothing {
  return texts.length === 0 ? nothing : html`<p class="problem" role="alert">${texts.join(' ')}</p>`;
}
