import type { Ask, Reply } from './api.js';
import { type Property, RemitElement } from './element.js';
import type { Known, Store } from './store.js';
import { controls } from './styles/controls.js';

/** A resource that an element shows: where it is, and what to do with its answer. */
export interface Watched {
  readonly path: string;
  /** Called with each new answer. */
  take(body: never, known: Known): unknown;
}

/** An element that shows what it is given, or, with a store, what the API says. */
export class LiveElement extends RemitElement {
  static override styles = [...RemitElement.styles, controls];
  static override properties: Readonly<Record<string, Property>> = {
    store: { attribute: false },
    readOnly: { type: Boolean, attribute: 'read-only' },
    loading: { type: Boolean },
    error: {},
    busy: { type: Boolean, reflect: true },
  };

  /** With a store the element asks and answers by itself; without one it shows its properties and fires events. */
  declare store: Store | null;
  /** Shows everything, changes nothing. */
  declare readOnly: boolean;
  declare loading: boolean;
  /** Why there is nothing to show, or why what was asked for was refused. */
  declare error: string | null;
  /** Something is being sent. */
  declare busy: boolean;

  #about: unknown;
  /** Why nothing could be read. */
  #trouble: string | null = null;
  #watching: readonly string[] = [];
  #watchedStore: Store | null = null;
  #ends: readonly (() => void)[] = [];

  /** What of the API this element shows. */
  protected watched(): readonly Watched[] {
    return [];
  }

  /** A list of the API that one property shows as it is. */
  protected listed(path: string, name: string): Watched {
    return { path, take: ({ items }: { readonly items: unknown }) => Object.assign(this, { [name]: items }) };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unwatch();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  #unwatch(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#watching = [];
    this.#watchedStore = null;
  }

  /** What it is about: when that becomes another one, what the element remembers by itself is forgotten. */
  protected about(): unknown {
    return null;
  }

  protected override willUpdate(_: ReadonlyMap<PropertyKey, unknown>): void {
    const about = this.about();
    if (this.#about !== undefined && this.#about !== about) this.forget();
    this.#about = about;
    const { store } = this;
    const wanted = store && this.isConnected ? this.watched() : [];
    const paths = wanted.map(({ path }) => path);
    const isSame = store === this.#watchedStore && paths.join('\n') === this.#watching.join('\n');
    if (isSame && paths.length > 0) return;
    this.#unwatch();
    if (!store || paths.length === 0) return;
    this.#watching = paths;
    this.#watchedStore = store;
    this.error = null;
    this.#ends = wanted.map(({ path, take }) =>
      store.watch(path, (known) => {
        this.loading = known.loading && known.body === null;
        if (known.trouble && known.body === null) {
          this.#trouble = known.trouble.message;
          this.error = this.#trouble;
        } else if (known.body !== null) {
          // A refusal of what somebody asked for stays, although everything is read anew after it.
          if (!known.trouble && this.error === this.#trouble) this.error = null;
          take(known.body as never, known);
        }
      }),
    );
  }

  /**
   * What a person asked for: tells whoever listens outside, then sends it unless somebody prevented that. Answers what
   * the API said; null when nothing was sent or it was refused, and `error` then says why.
   */
  protected async act(type: string, detail: unknown, request: Ask): Promise<Reply | null> {
    if (this.busy || this.readOnly || !this.tell(type, detail) || !this.store) return null;
    this.busy = true;
    this.error = null;
    try {
      const reply = await this.store.send(request);
      this.tell('remit-done', { type, body: reply.body });
      return reply;
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
      this.tell('remit-refused', { type, error });
      return null;
    } finally {
      this.busy = false;
    }
  }
}
