import type { Runbook } from './action.js';
import type { Json } from './canonical.js';

/** What somebody says has fixed a problem of a pattern: material for a runbook, which only a person makes of it. */
export interface CandidateFix {
  readonly ticketId: string;
  /** Who said so. */
  readonly author: string;
  readonly atMs: number;
  /** A feedback's `actual_resolution`, or how a person resolved the ticket. */
  readonly source: 'feedback' | 'resolution';
  readonly text: string;
  /** Catalogue actions, where the person named some. */
  readonly actions: readonly { readonly action: string; readonly arguments: Readonly<Record<string, Json>> }[];
}

/** A runbook that a person made of what was learned about a pattern. Every version is kept. */
export interface PromotedRunbook {
  readonly tenant: string;
  readonly patternId: string;
  readonly category: string;
  /** Its name tells it apart within the tenant. */
  readonly runbook: Runbook;
  /** From 1; the newest is in force. */
  readonly version: number;
  /** The candidate it was made of, if any. */
  readonly candidate: { readonly ticketId: string; readonly author: string } | null;
  /** Not proposed any more. */
  readonly retired: boolean;
  readonly by: string;
  readonly atMs: number;
}
