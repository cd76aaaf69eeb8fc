// <llm-slide-rule view="…">: the one custom element. The hosted page is this element with view="page"; a blog post
// uses one of its parts. Rendering is Lit's, so a restored or moved element is drawn over, never doubled.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Engine } from '../engine/engine';
import type { Lang } from '../format/format';
import { isLang, languages, translator, type Translate } from '../i18n/index';
import { fieldKeys, initialState, type State } from '../state/fields';
import type { HashReport } from '../state/hash';
import { setWithRule } from '../state/rule';
import { Store } from '../state/store';
import { initialUi, type Context, type Ui } from '../views/context';
import { page } from '../views/page';
import { renderSection, widgetViews } from '../views/sections';
import { sharedEngine } from './shared-engine';
import { chartStyles } from '../charts/styles';
import { ruleStyles } from './rule-styles';
import { styles } from './styles';

export class LlmSlideRule extends LitElement {
  static override styles = [styles, chartStyles, ruleStyles];
  static override properties = {
    view: { type: String, reflect: true },
    lang: { type: String, reflect: true },
    theme: { type: String, reflect: true },
    memory: { type: String, reflect: true },
    gpu: { type: String, reflect: true },
    parameters: { type: String, reflect: true },
  };

  declare view: string;
  declare theme: string;

  #store: Store | undefined;
  #failure: string | undefined;
  #ui: Ui = initialUi;
  /** What the link that opened the page held and could not be used; shown until it is closed. */
  #report: HashReport = { unknown: [] };
  #pending: Partial<State> = {};
  #width = 960;
  readonly #sizes = new ResizeObserver((entries) => this.#resized(entries[0]?.contentRect.width ?? 0));
  #settle!: (element: this) => void;
  /** Resolves when the first result stands; rejects when the calculator cannot start. */
  readonly ready: Promise<this>;
  #fail!: (reason: unknown) => void;

  constructor() {
    super();
    this.view = 'page';
    this.ready = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    // A host that never awaits `ready` must not see an unhandled rejection: the element says it itself.
    this.ready.catch(() => undefined);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized(this.getBoundingClientRect().width);
    this.#sizes.observe(this);
    // A move in the document is no new start.
    if (!this.#store && !this.#failure) void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
  }

  /** In steps, so that dragging a window's edge does not draw every pixel. */
  #resized(width: number): void {
    const stepped = Math.floor(width / 16) * 16;
    if (stepped <= 0 || stepped === this.#width) return;
    this.#width = stepped;
    this.requestUpdate();
  }

  async #start(): Promise<void> {
    try {
      this.#adopt(await sharedEngine());
      await this.updateComplete;
      this.#settle(this);
    } catch (error) {
      const blocked = error instanceof WebAssembly.CompileError || error instanceof EvalError;
      this.#failure = blocked ? 'wasm' : String(error);
      this.dispatchEvent(
        new CustomEvent('slide-rule-error', {
          bubbles: true,
          composed: true,
          detail: { reason: this.#failure },
        }),
      );
      this.requestUpdate();
      this.#fail(error);
    }
  }

  #adopt(engine: Engine): void {
    this.#store = new Store(engine, { ...initialState, ...this.#pending });
    this.#store.addEventListener('change', (event) => {
      this.requestUpdate();
      const { commit } = (event as CustomEvent<{ commit: boolean }>).detail;
      this.dispatchEvent(
        new CustomEvent('slide-rule-change', {
          bubbles: true,
          composed: true,
          detail: { state: this.getState(), commit },
        }),
      );
    });
    this.requestUpdate();
  }

  /** What is typed, field by field. */
  getState(): State {
    return this.#store?.state ?? { ...initialState, ...this.#pending };
  }

  /** Sets texts of fields; unknown keys are ignored. May be called before the element is ready. */
  setState(patch: Partial<State>, options: { commit?: boolean; whole?: boolean } = {}): void {
    const known = Object.fromEntries(
      Object.entries(patch).filter(([key]) => (fieldKeys as string[]).includes(key)),
    );
    if (this.#store) this.#store.set(known, options);
    else this.#pending = { ...this.#pending, ...known };
    this.requestUpdate();
  }

  set report(report: HashReport) {
    this.#report = report;
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues): void {
    // Attributes named like fields set these fields; the widget's host writes them, the page does not.
    const patch: Record<string, string> = {};
    for (const key of ['theme', 'memory', 'gpu', 'parameters', 'lang'] as const) {
      const value = (this as unknown as Record<string, unknown>)[key];
      if (changed.has(key) && typeof value === 'string' && value !== '' && value !== this.getState()[key]) {
        patch[key] = value;
      }
    }
    if (Object.keys(patch).length > 0) this.setState(patch);
  }

  /** The chosen language, the host's, the document's, the browser's: the first that there are messages for. */
  get language(): Lang {
    const wanted = [
      this.getState().lang,
      // The hosted page's own lang attribute only repeats what was chosen here.
      this.view === 'page' ? '' : (this.closest('[lang]')?.getAttribute('lang') ?? ''),
      ...navigator.languages,
    ].map((l) => l.slice(0, 2).toLowerCase());
    const found = wanted.find((l) => isLang(l));
    return (found as Lang | undefined) ?? languages[0] ?? 'en';
  }

  protected override render(): TemplateResult | typeof nothing {
    const lang = this.language;
    const t = translator(lang);
    const theme = this.getState().theme;
    return html`<div class="root" lang=${lang} data-theme=${theme}>${this.#content(lang, t)}</div>`;
  }

  #content(lang: Lang, t: Translate): unknown {
    const chosen = Object.hasOwn(widgetViews, this.view) ? widgetViews[this.view] : undefined;
    if (!chosen && this.view !== 'page') {
      return html`<p class="problem">
        ${t('view.unknown', { view: this.view, views: ['page', ...Object.keys(widgetViews)].join(', ') })}
      </p>`;
    }
    // Until the first result the element's own content, written by the host, stands.
    if (this.#failure) {
      const reason = this.#failure === 'wasm' ? t('failed.wasm') : this.#failure;
      return html`<p class="problem" role="alert">${t('failed', { reason })}</p>
        <slot></slot>`;
    }
    if (!this.#store) return html`<slot></slot>`;
    const ctx = this.#context(this.#store, lang, t);
    return html`${this.#notice(t)}${chosen ? chosen.map((name) => renderSection(name, ctx)) : page(ctx)}`;
  }

  #notice(t: Translate): TemplateResult | typeof nothing {
    const { unknown, otherVersion } = this.#report;
    if (unknown.length === 0 && otherVersion === undefined) return nothing;
    return html`<div class="notice" role="alert">
      ${otherVersion === undefined ? nothing : html`<p>${t('hash.version', { version: otherVersion })}</p>`}
      ${unknown.length === 0 ? nothing : html`<p>${t('hash.unknown', { keys: unknown.join(', ') })}</p>`}
      <button type="button" @click=${() => (this.report = { unknown: [] })}>${t('dismiss')}</button>
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
      ui: this.#ui,
      id: (name) => `page-${name}`,
      set: (patch, options) => setWithRule(store, patch, options),
      ask: (question) => store.ask(question),
      setUi: (patch) => {
        this.#ui = { ...this.#ui, ...patch };
        this.requestUpdate();
      },
    };
  }
}
