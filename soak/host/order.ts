import type { RemitOptions } from '@remit/core';
import type { Place } from './store.js';

/** What an instance is told on its command line. */
export interface HostOrder {
  readonly place: Place;
  /** The file in which its tools note what they did. */
  readonly effects: string;
  /** The services that may be restarted. */
  readonly services: readonly string[];
  readonly settings: NonNullable<RemitOptions['settings']>;
  /** How long a write takes, ms. */
  readonly writeMs: number;
}
