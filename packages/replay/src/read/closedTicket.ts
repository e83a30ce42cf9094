/** A ticket that was closed before Remit ever saw it. Times are ms since the epoch, UTC. */
export interface ClosedTicket {
  readonly ticketId: string;
  readonly openedMs: number;
  /** Null: not told. */
  readonly resolvedMs: number | null;
  readonly category: string;
  /** What tells problems apart, finer than the category; null: by the words of `text`. */
  readonly problem: string | null;
  readonly text: string;
  /** What was done about it; null: not told. */
  readonly resolution: string | null;
  /** It was opened again after it had been resolved. */
  readonly reopened: boolean;
}

/** What a file's columns are read as. */
export const FIELDS = [
  'ticket_id',
  'opened_at',
  'resolved_at',
  'category',
  'subcategory',
  'symptom',
  'description',
  'resolution',
  'reopen_count',
] as const;

/** One of {@link FIELDS}. */
export type Field = (typeof FIELDS)[number];

/** Fields without which nothing can be replayed. */
export const REQUIRED: readonly Field[] = ['ticket_id', 'opened_at', 'resolution'];
