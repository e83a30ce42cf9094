/** Something that wants to go on: a ticket to analyse, or a remediation to advance. */
export type Work =
  | { readonly kind: 'ticket'; readonly tenant: string; readonly id: string }
  | { readonly kind: 'remediation'; readonly tenant: string; readonly id: string };

/**
 * Decides who goes on with what, and when. It only wakes: the journal is the truth, so work may be delivered twice,
 * late, or to several instances at once without harm.
 */
export interface Queue {
  /** Delivers the work at `atMs` (host clock, ms since the epoch) or as soon as possible. */
  wake(work: Work, atMs?: number): Promise<void>;
  /** Starts delivering; a handler that rejects is reported through `onError` and not repeated by the queue. */
  start(handler: (work: Work) => Promise<void>, onError: (error: unknown, work: Work) => void): Promise<void>;
  /** Resolves when nothing is queued for now or running. Work that waits for a later time does not count. */
  idle(): Promise<void>;
  /** Takes no more work, waits for what is running, and stops. */
  drain(): Promise<void>;
}
