// <llm-slide-rule view="…">: the one custom element. The hosted page is this element with view="page"; a blog post
// uses one of its parts. Rendering is Lit's, so a restored or moved element is drawn over, never doubled.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Engine } from '../engine/engine';
import { toCsv } from '../export/csv';
import { toMarkdown } from '../export/markdown';
import { provenanceLine, provenanceOf } from '../export/provenance';
import { shownViews } from '../export/tables';
import { significant, type Lang } from '../format/format';
import { hasWords, isLang, languages, translator, type Translate } from '../i18n/index';
import { partNames, partOf, parts, type PartName } from '../parts';
import { fieldKeys, initialState, type FieldKey, type State } from '../state/fields';
import { numbersReady } from '../page/numbers';
import { notedKeys } from '../state/noted';
import { fromHash, toHash, type HashReport } from '../state/hash';
import { setWithRule } from '../state/rule';
import { Store } from '../state/store';
import { initialUi, type Context, type Ui, type View } from '../views/context';
import { fieldMessage } from '../views/parts';
import { renderSection, widgetViews } from '../views/sections';
import { breath, Turns } from '../views/turns';
import {
  hideable,
  stateAttributes,
  type SetStateOptions,
  type SlideRuleChange,
  type SlideRuleElement,
  type SlideRuleFailure,
} from './contract';
import { decorate, partNamesInside } from './decorate';
import { elementOf, pageOf } from './other-part';
import { Live } from './live';
import { sharedEngine, wordsThere } from './shared-engine';
import { sheets } from './sheets';
import { around, inkOf, paperOf, watchHost } from './host';

declare const __PART__: PartName;
declare const __HOSTED__: boolean;

/**
 * The calculator, or one of its views.
 *
 * @tag llm-slide-rule
 * @tagname llm-slide-rule
 *
 * @attr {string} view - Which view: rule, fit, memory, loss; models, laws, fit-law, accuracy load a second module
 * @attr {string} model - The model by its name in the catalogue: of view models
 * @attr {string} gpu - GPUs by their names in the catalogue: "rtx-4090" or "h100-sxm*8,l4"; of views rule, fit, loss, models
 * @attr {string} memory - A memory size instead of a GPU, or beside it: "24GB"; of views rule, fit, models
 * @attr {string} parameters - The model's parameters: "7B"; of views rule, fit, memory. What a view does not ask for it keeps for those that do
 * @attr {string} lang - "ko" or "en"; without it the nearest lang attribute around the element, then the browser's
 * @attr {string} theme - "light", "dark" or, by the host's colour scheme, "auto"
 * @attr {boolean} compact - Less space, no introductions
 * @attr {boolean} readonly - Inputs are shown, not changed
 * @attr {string} hide - What is left out, words apart by spaces: title answer inputs table chart note
 * @attr {string} src-state - The whole state as in a link to the page: "v=1&parameters=7B"
 *
 * @fires {CustomEvent<SlideRuleChange>} slide-rule-change - The state changed; bubbles, composed
 * @fires {CustomEvent<SlideRuleFailure>} slide-rule-error - There is no such view, or the calculator cannot start; bubbles, composed
 *
 * @slot - What stands until the first result, and where there is none
 *
 * @csspart root - Everything
 * @csspart title - The heading of a view
 * @csspart answer - The sentence with the result
 * @csspart inputs - A group of inputs
 * @csspart table - A table
 * @csspart chart - A chart with its sentence and source
 * @csspart note - A note, an aside or a source
 *
 * @cssprop [--slide-rule-paper] - The colour that the element stands on, behind notes and the words of charts; without it that of the nearest opaque background around
 * @cssprop [--slide-rule-ink=currentColor] - Text
 * @cssprop [--slide-rule-quiet] - Units, notes, captions
 * @cssprop [--slide-rule-accent] - Links, marks, the chosen
 * @cssprop [--slide-rule-line] - Rules between rows and around boxes
 * @cssprop [--slide-rule-min-block-size=auto] - Height kept free once the module is there; before, min-block-size of the tag does it
 */
export class LlmSlideRule extends LitElement implements SlideRuleElement {
  /** What view="page" draws; the hosted page brings it along, the widget has no use for it. */
  static page: View | undefined;
  static override styles = __HOSTED__ ? [] : sheets();
  static override properties = {
    view: { type: String, reflect: true },
    ...Object.fromEntries(stateAttributes.map((name) => [name, { type: String, reflect: true }])),
    hide: { type: String, reflect: true },
    compact: { type: Boolean, reflect: true },
    readonly: { type: Boolean, reflect: true },
    srcState: { type: String, reflect: true, attribute: 'src-state' },
  };

  declare view: string;
  declare model: string | undefined;
  declare gpu: string | undefined;
  declare memory: string | undefined;
  declare parameters: string | undefined;
  declare theme: string | undefined;
  declare compact: boolean;
  declare readonly: boolean;
  declare hide: string | undefined;
  declare srcState: string | undefined;

  #store: Store | undefined;
  /** The elements of other parts, each from the first of its views that was shown. */
  readonly #others = new Map<PartName | undefined, LlmSlideRule>();
  readonly #started = new Set<PartName>();
  readonly #failures = new Map<PartName, string>();
  #ui: Ui = initialUi;
  readonly #notedUi = notedKeys(Object.keys(initialUi) as (keyof Ui)[], () => this.#ui);
  readonly #turns = new Turns((drawn) => decorate(this.renderRoot, drawn, this));
  /** What the link that opened the page held and could not be used; shown until it is closed. */
  #report: HashReport = { unknown: [] };
  #pending: Partial<State> = {};
  /** What attributes and properties said last, as they said it. */
  readonly #given = new Map<string, string>();
  /** Of these what came with a view that does not take it. */
  readonly #idle = new Set<string>();
  #width = 960;
  /** The theme and the language of what stands. */
  #look = '';
  /** Of browsers that let a sheet ask for them. */
  readonly #states =
    !__HOSTED__ && CSS.supports('selector(:state(failed))') ? this.attachInternals().states : undefined;
  readonly #host = __HOSTED__ ? undefined : watchHost(this, () => this.requestUpdate());
  readonly #live = new Live(this);
  readonly #sizes = new ResizeObserver((entries) => this.#resized(entries[0]?.contentRect.width ?? 0));
  #settle!: (element: this) => void;
  /** Resolves when the first result stands; rejects where there is none: see slide-rule-error. */
  readonly ready: Promise<this>;
  #fail!: (reason: unknown) => void;

  constructor() {
    super();
    this.view = parts[__PART__].views[0];
    this.compact = false;
    this.readonly = false;
    this.ready = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    // A host that never awaits `ready` must not see an unhandled rejection: the element says it itself.
    this.ready.catch(() => undefined);
  }

  /** A page saved by a browser comes with what was drawn before; it is drawn afresh. */
  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    this.shadowRoot?.replaceChildren();
    const root = super.createRenderRoot();
    if (__HOSTED__) this.renderOptions.renderBefore = root.appendChild(sheetToSave());
    return root;
  }

  override connectedCallback(): void {
    // Before there is anything new to lay out.
    this.#resized(this.getBoundingClientRect().width);
    super.connectedCallback();
    this.#sizes.observe(this);
    for (const [event, listener] of this.#listeners) addEventListener(event, listener);
    if (!__HOSTED__) this.#host?.observe();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
    for (const [event, listener] of this.#listeners) removeEventListener(event, listener);
    if (!__HOSTED__) this.#host?.disconnect();
  }

  /** In steps, so that dragging a window's edge does not draw every pixel. */
  #resized(width: number): void {
    const stepped = Math.floor(width / 16) * 16;
    if (stepped <= 0 || stepped === this.#width) return;
    this.#width = stepped;
    this.requestUpdate();
  }

  // --- start ---------------------------------------------------------------------------------------------------

  get #isKnown(): boolean {
    return !!(partOf(this.view) || (this.view === 'page' && LlmSlideRule.page));
  }

  /** The part that draws the view; an unknown view is this build's to report. */
  get #part(): PartName {
    return partOf(this.view) ?? __PART__;
  }

  /** Once for each part: a move in the document is no new start. */
  async #start(part: PartName): Promise<void> {
    if (this.#started.has(part)) return;
    this.#started.add(part);
    try {
      if (part === __PART__) {
        // What stands meanwhile is painted before the work begins.
        await breath();
        // The first number that Intl writes takes as long as thousands more; the browser readies the core beside it.
        const [engine] = await Promise.all([
          sharedEngine(),
          __HOSTED__ ? numbersReady(this.language) : breath().then(() => significant(1, this.language)),
        ]);
        await breath();
        this.#adopt(engine);
        await breath();
      } else {
        const [element] = await Promise.all([elementOf(part), wordsThere()]);
        // Where it cannot start, the content stands in it.
        element.append(document.createElement('slot'));
        element.setState(this.getState(), { whole: true });
        this.#others.set(part, element);
        this.#failures.delete(part);
        this.requestUpdate();
        // Where it cannot start it says so itself.
        await element.ready.catch((error: unknown) => {
          this.#failures.set(part, '');
          this.#fail(error);
        });
      }
      this.requestUpdate();
      await this.updateComplete;
      // What was set meanwhile.
      this.#reflect();
      this.#settle(this);
    } catch (error) {
      const reason = part !== __PART__ ? 'part' : wasmIsForbidden() ? 'wasm' : String(error);
      this.#failures.set(part, reason);
      // The next time that it is asked for, the network may be back.
      if (part !== __PART__) this.#started.delete(part);
      this.#failed(reason, error);
    }
  }

  #failed(reason: string, error: unknown): void {
    void wordsThere().then(() => this.requestUpdate());
    this.#tell<SlideRuleFailure>('slide-rule-error', { reason });
    this.#fail(error);
  }

  #adopt(engine: Engine): void {
    this.#store = new Store(engine, { ...initialState, ...this.#pending });
    this.#put(this.#store, {});
    this.#store.addEventListener('change', this.#live.changed);
    this.#store.addEventListener('change', (event) => {
      this.requestUpdate();
      const { commit } = (event as CustomEvent<{ commit: boolean }>).detail;
      this.#reflect();
      const state = this.getState();
      this.#tell<SlideRuleChange>('slide-rule-change', {
        state,
        commit,
        problems: this.problems,
        // Longer to write than most changes are to draw.
        get url() {
          return pageOf(__PART__, toHash(state));
        },
      });
    });
  }

  /** What follows from it comes along, whoever says it. */
  #put(store: Store, patch: Partial<State>, options?: SetStateOptions): void {
    if (__PART__ === 'calculator') setWithRule(store, patch, options);
    else store.set(patch, options);
  }

  #tell<Detail>(name: string, detail: Detail): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  // --- state ---------------------------------------------------------------------------------------------------

  /** The element that draws the view where it is another part's. */
  get #drawing(): LlmSlideRule | undefined {
    return this.#others.get(this.#part);
  }

  /** What is typed, field by field. */
  getState(): State {
    return this.#drawing?.getState() ?? this.#store?.snapshot ?? { ...initialState, ...this.#pending };
  }

  /** Sets texts of fields; unknown keys are ignored. May be called before the element is ready. */
  setState(patch: Partial<State>, options?: SetStateOptions): void {
    // A script may hand over 7e9, or nothing.
    const known = Object.fromEntries(
      Object.entries((patch ?? {}) as Record<string, unknown>)
        .filter(([key, value]) => (fieldKeys as string[]).includes(key) && value != null)
        .map(([key, value]) => [key, String(value)]),
    );
    if (this.#drawing) this.#drawing.setState(known, options);
    else if (this.#store) this.#put(this.#store, known, options);
    else this.#pending = { ...this.#pending, ...known };
    this.requestUpdate();
  }

  /** What is wrong, field by field. */
  get problems(): SlideRuleChange['problems'] {
    const store = this.#store;
    if (this.#drawing) return this.#drawing.problems;
    return Object.fromEntries(
      fieldKeys.flatMap((key) => {
        const problem = store?.problem(key);
        return problem ? [[key, problem]] : [];
      }),
    );
  }

  set report(report: HashReport) {
    this.#report = report;
    this.requestUpdate();
  }

  /** The attributes follow what is typed; the hosted page has its address for that. */
  #reflect(): void {
    if (__HOSTED__) return;
    const state = this.getState() as Readonly<Record<string, string>>;
    const mine = this as unknown as Record<string, string | undefined>;
    for (const key of stateAttributes) {
      const text = state[key];
      if (text === undefined) continue;
      if (text === 'auto' && mine[key] !== text) mine[key] = undefined;
      else if (text !== (initialState as Readonly<Record<string, string>>)[key] || mine[key] != null)
        mine[key] = text;
    }
  }

  /** What stands in the other part's element is this one's to say of its attributes. */
  #follow(): void {
    this.#reflect();
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!__HOSTED__) this.view ||= parts[__PART__].views[0];
    if (changed.has('view')) {
      // What the view before takes may wait for its return.
      this.#idle.clear();
      // What was typed goes along to the other part's view.
      const before = this.#others.get(partOf((changed.get('view') as string | undefined) ?? ''));
      this.setState(before?.getState() ?? this.#store?.snapshot ?? this.#pending, { whole: true });
      if (this.#isKnown) void this.#start(this.#part);
      // Whoever hears of it may ask for another view.
      else queueMicrotask(() => this.#failed('view', new Error(this.view)));
    }
    // A page of its own has no attributes but its view.
    if (__HOSTED__) return;
    const initial = initialState as Readonly<Record<string, string>>;
    const state = this.getState() as Readonly<Record<string, string>>;
    const away: Record<string, string> = {};
    const said: Record<string, string> = {};
    for (const key of stateAttributes) {
      if (!changed.has(key)) continue;
      const value = (this as unknown as Record<string, unknown>)[key];
      // What is typed may be nothing; what is chosen may not.
      if (value || (value === '' && !chosen.includes(key))) {
        said[key] = asTyped(key, String(value));
        // Reflected; the first value may also have been written.
        if (said[key] === state[key] && said[key] !== initial[key]) continue;
        this.#given.set(key, String(value));
        if (takers[key]?.includes(this.view) === false) this.#idle.add(key);
      }
      // An attribute that is taken away takes along what it said.
      else if (changed.get(key) != null) away[key] = initial[key] ?? '';
    }
    // What an attribute says goes before what a link does.
    let linked = {};
    if (changed.has('srcState') && this.srcState !== undefined) {
      const { state, report } = fromHash(`${this.srcState ?? ''}`);
      this.#report = report;
      linked = state;
    }
    const news = { ...away, ...linked, ...said };
    if (Object.keys(news).length > 0) this.setState(news, { whole: true });
  }

  protected override update(changed: PropertyValues): void {
    this.#turns.begin(this.shadowRoot?.activeElement ?? null);
    if (__HOSTED__) {
      const { theme } = this.getState();
      // The page around it, too.
      document.documentElement.dataset['theme'] = theme;
      const look = theme + this.language;
      if (look !== this.#look) this.#turns.setAside();
      this.#look = look;
    }
    // Read before anything is new to lay out.
    const paper = __HOSTED__ ? '' : paperOf(this);
    if (!__HOSTED__) this.#host?.drawn();
    super.update(changed);
    if (!__HOSTED__) {
      const failed = !this.#isKnown || this.#failures.has(this.#part);
      this.#states?.[failed ? 'add' : 'delete']('failed');
      const [root] = this.renderRoot.children;
      (root as HTMLElement).style.setProperty('--llm-slide-rule-paper', paper);
    }
    // Who waits for it is told of an error.
    this.#turns.end().catch(() => undefined);
  }

  /** Resolves when all that changed is drawn. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const isComplete = await super.getUpdateComplete();
    await this.#turns.taken();
    return isComplete;
  }

  // --- export --------------------------------------------------------------------------------------------------

  /** The results of the view as Markdown; empty before the first. */
  toMarkdown(): string {
    return this.#drawing?.toMarkdown() ?? toMarkdown(shownViews(this.#drawn()), this.#provenance());
  }

  /** The tables of the view as CSV, numbers exact and in their base unit; empty before the first. */
  toCsv(): string {
    return this.#drawing?.toCsv() ?? toCsv(shownViews(this.#drawn()), this.#provenance());
  }

  #drawn(): ParentNode {
    this.#finish();
    return this.renderRoot;
  }

  /** No export and no paper lacks what is not yet drawn. */
  readonly #finish = (): void => {
    if (this.isUpdatePending) this.performUpdate();
    this.#turns.finish();
  };

  /** A window loses its focus to the browser's own search of the page, as to anything else. */
  readonly #listeners = [
    ['beforeprint', this.#finish],
    ['blur', this.#turns.fill],
    ['focus', this.#turns.clear],
  ] as const;

  #provenance(): string {
    return provenanceLine(provenanceOf(toHash(this.#store?.good ?? this.getState())));
  }

  // --- what is drawn -------------------------------------------------------------------------------------------

  /** The chosen language, the host's, the document's, the browser's: the first that there are messages for. */
  get language(): Lang {
    const wanted = [
      this.getState().lang,
      // The hosted page's own lang attribute only repeats what was chosen here.
      __HOSTED__ ? '' : around(this),
      ...navigator.languages,
    ].map((l) => l.slice(0, 2).toLowerCase());
    const found = wanted.find((l) => isLang(l));
    return (found as Lang | undefined) ?? languages[0] ?? 'en';
  }

  protected override render(): TemplateResult | typeof nothing {
    const lang = this.language;
    const t = translator(lang);
    return html`<div
      class="root"
      part="root"
      data-theme=${this.getState().theme}
      data-ink=${(!__HOSTED__ && inkOf(this)) || nothing}
      data-hide=${this.hide ?? nothing}
      ?data-compact=${this.compact}
      @submit=${(e: Event) => e.preventDefault()}
    >
      <p class="hidden told" role="status"></p>
      ${this.#content(lang, t)}
    </div>`;
  }

  #content(lang: Lang, t: Translate): unknown {
    // Until the first result, and where there is none, the element's own content, written by the host, stands.
    const slot = html`<slot></slot>`;
    if (!hasWords()) return slot;
    const said = (words: unknown) =>
      html`<p class="problem" role="alert" lang=${lang}>${words}</p>
        ${slot}`;
    if (!this.#isKnown) {
      const views = partNames.flatMap((name) => [...parts[name].views]).join(', ');
      return said(t('view.unknown', { view: this.view, views }));
    }
    const part = this.#part;
    const reason = this.#failures.get(part);
    if (reason) {
      const words =
        reason === 'wasm'
          ? t(globalThis.WebAssembly ? 'failed.wasm' : 'failed.no-wasm')
          : reason === 'part'
            ? t('failed.part')
            : reason;
      // A page that does not start has none to lead to but itself.
      const help =
        __HOSTED__ && part === __PART__
          ? t('failed.host')
          : html`<a href=${pageOf(part, toHash(this.getState()))}>${t('failed.page')}</a>`;
      return said([t('failed', { reason: words }), ' ', help]);
    }
    if (this.#drawing) return this.#foreign(this.#drawing, lang, t);
    if (!this.#store || part !== __PART__) return slot;
    const ctx = this.#context(this.#store, lang, t);
    const sections = Object.hasOwn(widgetViews, this.view) ? widgetViews[this.view] : undefined;
    return html`${this.#notice(lang, t)}${
      sections ? sections.map((name) => renderSection(name, ctx)) : (LlmSlideRule.page?.(ctx) ?? nothing)
    }`;
  }

  /** The other part's element in this one's place; it is told what it has no attributes for. */
  #foreign(element: LlmSlideRule, lang: Lang, t: Translate): TemplateResult {
    element.view = this.view;
    element.hide = this.hide;
    element.compact = this.compact;
    element.readonly = this.readonly;
    element.setAttribute('exportparts', partNamesInside.join(','));
    return html`${this.#notice(lang, t)}
      <div @slide-rule-change=${this.#follow}>${element}</div>`;
  }

  /** What the link or the attributes hold and could not be used. */
  #notice(lang: Lang, t: Translate): TemplateResult | typeof nothing {
    const { unknown, otherVersion } = this.#report;
    const fromLink = [
      ...(otherVersion === undefined ? [] : [t('hash.version', { version: otherVersion })]),
      ...(unknown.length === 0 ? [] : [t('hash.unknown', { keys: unknown.join(', ') })]),
    ];
    const lines = [
      ...fromLink,
      ...(__HOSTED__ ? [] : attributeProblems(this, this.#given, this.#idle, lang, t)),
    ];
    if (lines.length === 0) return nothing;
    return html`<div class="notice" role="alert" lang=${lang}>
      ${lines.map((line) => html`<p>${line}</p>`)}
      ${
        fromLink.length === 0
          ? nothing
          : html`<button type="button" @click=${() => (this.report = { unknown: [] })}>
              ${t('dismiss')}
            </button>`
      }
    </div>`;
  }

  #context(store: Store, lang: Lang, t: Translate): Context {
    return {
      store,
      engine: store.engine,
      lang,
      unit: store.values.unit,
      t,
      width: this.#width,
      em: () => parseFloat(getComputedStyle(this).fontSize),
      turns: this.#turns,
      ui: this.#notedUi,
      id: (name) => `page-${name}`,
      set: (patch, options) => {
        if (!this.readonly) this.#put(store, patch, options);
      },
      locked: () => this.readonly,
      ask: (question) => store.ask(question),
      setUi: (patch) => {
        this.#ui = { ...this.#ui, ...patch };
        this.requestUpdate();
      },
    };
  }
}

/**
 * The sheets of a page of its own, which browsers may save without its scripts, and with them without what they adopted.
 * Of a shadow root Chromium's MHTML leaves out <style> as well, but not that of SVG. The page's rules name it by its hash.
 */
function sheetToSave(): ChildNode {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.appendChild(document.createElementNS(svg.namespaceURI, 'style')).textContent = [sheets()]
    .flat()
    .join('');
  return svg;
}

/** Attributes that name one of a list: an empty one names none. */
const chosen = ['model', 'lang', 'theme'];

/** The views that take an attribute; of the others each does. */
const takers: Readonly<Record<string, readonly string[]>> = {
  model: ['models'],
  gpu: ['rule', 'fit', 'loss', 'models'],
  memory: ['rule', 'fit', 'models'],
  parameters: ['rule', 'fit', 'memory'],
};

/** "ko-KR" is Korean. */
const asTyped = (key: string, value: string) =>
  key === 'lang' && value !== 'auto' ? value.slice(0, 2).toLowerCase() : value;

/** One letter more, less, other or changed places behind the first: HTML's own names and frameworks' are further off. */
function isSlip(name: string, own: string): boolean {
  let i = 0;
  while (i < own.length && name[i] === own[i]) ++i;
  const [a, b] = [name.slice(i), own.slice(i)];
  const swapped = `${a[1] ?? ''}${a[0] ?? ''}${a.slice(2)}`;
  return i > 0 && (a.slice(1) === b || a === b.slice(1) || a.slice(1) === b.slice(1) || swapped === b);
}

/** What of the attributes cannot be used; a page of its own has none. */
function attributeProblems(
  element: LlmSlideRule,
  given: ReadonlyMap<string, string>,
  idle: ReadonlySet<string>,
  lang: Lang,
  t: Translate,
): string[] {
  const { problems } = element;
  const state = element.getState() as Readonly<Record<string, string>>;
  const fields = [...given].flatMap(([key, value]) => {
    const problem = idle.has(key) ? { code: 'no-such-field' } : problems[key as FieldKey];
    // What somebody has typed since is said beside its field.
    if (!problem || state[key] !== asTyped(key, value)) return [];
    const words = fieldMessage(problem, { t, lang } as Context, key as FieldKey);
    return [t('attribute.problem', { attribute: `${key}="${value}"`, problem: words })];
  });
  const hidden = `${element.hide ?? ''}`.split(/\s+/u).filter((word) => word !== '');
  const strange = hidden.filter((word) => !(hideable as readonly string[]).includes(word));
  const names = LlmSlideRule.observedAttributes;
  for (const attribute of element.getAttributeNames()) {
    const name = names.includes(attribute) ? undefined : names.find((own) => isSlip(attribute, own));
    if (name) fields.push(t('attribute.problem', { attribute, problem: t('attribute.unknown', { name }) }));
  }
  if (strange.length === 0) return fields;
  const words = t('attribute.words', { words: hideable.join(', ') });
  return [...fields, t('attribute.problem', { attribute: `hide="${strange.join(' ')}"`, problem: words })];
}

/** Whether this page's rules forbid even the smallest module. */
function wasmIsForbidden(): boolean {
  try {
    return !new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  } catch {
    return true;
  }
}
