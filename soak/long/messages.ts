import type { HostOrder } from '../host/order.js';

/** What an instance of a long run is told on its command line. */
export interface LongOrder extends Omit<HostOrder, 'effects'> {
  /** Where the files of the services are. */
  readonly folder: string;
  /** How often a call meets which fault, as shares 0..1. */
  readonly odds: {
    /** Never answers, and does nothing. */
    readonly hung: number;
    /** The request never arrives. */
    readonly lostBefore: number;
    /** It happens, and the reply is lost. */
    readonly lostAfter: number;
    /** Says that it did nothing, which is true. */
    readonly refused: number;
  };
}

/** What an instance says while it runs. */
export type FromHost =
  | { readonly kind: 'ready' }
  | { readonly kind: 'memory'; readonly rss: number }
  | { readonly kind: 'fault'; readonly name: string };

/** What an instance is told while it runs: its clock jumps. */
export interface ToHost {
  readonly moveClockMs: number;
}
