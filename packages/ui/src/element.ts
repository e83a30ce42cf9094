import { LitElement, type PropertyDeclaration } from 'lit';
import { tokens } from './styles/tokens.js';
import { fill } from './view/text.js';

/** Texts by the English ones, which stand in each element; any of them can be replaced. */
export type Strings = Readonly<Record<string, string>>;

let pageStrings: Strings = {};
const shown = new Set<RemitElement>();

/** Replaces texts on the whole page, by the English ones; what is not given stays as it is. */
export function setStrings(strings: Strings): void {
  pageStrings = { ...pageStrings, ...strings };
  for (const element of shown) element.requestUpdate();
}

/** A custom element's class as {@link define} takes it. */
export interface RemitElementClass extends CustomElementConstructor {
  /** The name of the element. */
  readonly tag: string;
  /** The elements that it is made of. */
  readonly parts?: readonly RemitElementClass[];
}

/** Registers elements under their names, with those that they are made of; one that is registered already stays. */
export function define(...classes: readonly RemitElementClass[]): void {
  for (const each of classes) {
    define(...(each.parts ?? []));
    if (!customElements.get(each.tag)) customElements.define(each.tag, each);
  }
}

/** A property of an element. */
export interface Property extends PropertyDeclaration {
  /** What it starts with; left out: false where the type is Boolean, else null. */
  readonly init?: unknown;
}

/** What all elements of Remit share: colours, replaceable texts, events that leave the shadow tree. */
export class RemitElement extends LitElement {
  /** Style sheets of the shadow tree; those of an element come after the shared tokens. */
  static override styles = [tokens];
  static override properties: Readonly<Record<string, Property>> = { strings: { attribute: false } };

  /** Texts of this element and those inside it, by the English ones; the page's (`setStrings`) and then English fill the rest. */
  declare strings: Strings | null;

  constructor() {
    super();
    this.#begin(false);
  }

  #begin(onlyOwn: boolean): void {
    const properties = (this.constructor as typeof RemitElement).elementProperties as Map<string, Property>;
    for (const [name, { type, state, init = type === Boolean ? false : null }] of properties) {
      if (state || !onlyOwn) Object.assign(this, { [name]: init });
    }
  }

  /** Brings what the element remembers by itself back to how it began. */
  protected forget(): void {
    this.#begin(true);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    shown.add(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    shown.delete(this);
  }

  protected override updated(changed: ReadonlyMap<PropertyKey, unknown>): void {
    if (!changed.has('strings')) return;
    // The elements inside read their texts through this one.
    for (const element of shown) if (element.#outer() === this) element.requestUpdate('strings');
  }

  #outer(): RemitElement | null {
    const root = this.getRootNode();
    return root instanceof ShadowRoot && root.host instanceof RemitElement ? root.host : null;
  }

  #own(english: string): string {
    const outer = this.#outer();
    return this.strings?.[english] ?? (outer ? outer.#own(english) : (pageStrings[english] ?? english));
  }

  /** A text in the reader's words: the one given for the English one, or that, with its `{names}` filled. */
  say(english: string, values: Readonly<Record<string, string | number>> = {}): string {
    return fill(this.#own(english), values);
  }

  /** Tells whoever listens outside; answers false when somebody prevented what would happen next. */
  tell(type: string, detail: unknown): boolean {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: true }));
  }
}
