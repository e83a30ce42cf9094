import { EventEmitter } from 'eventemitter3';
import type { PatternChange } from '../domain/patternChange.js';
import type { Direction, LogRow } from '../domain/remediation.js';
import type { PromotedRunbook } from '../domain/runbook.js';
import type { Halt } from '../domain/safety.js';
import type { TicketRecord } from '../domain/ticket.js';
import type { Progress } from '../ports/executor.js';
import type { FeedbackRecord } from '../ports/storage.js';
import type { IncidentReport } from './remit.js';

/** What observers can listen to. Everything is stored before it is told; a listener that throws changes nothing. */
export interface RemitEventMap {
  /** A ticket was taken in. */
  readonly ticket_received: (ticket: TicketRecord) => void;
  /** A person said that it is broken still, or again. */
  readonly ticket_reopened: (ticket: TicketRecord) => void;
  /** Nobody wants it worked on any more. */
  readonly ticket_cancelled: (ticket: TicketRecord) => void;
  /** A person made, changed or retired a runbook. */
  readonly runbook_promoted: (runbook: PromotedRunbook) => void;
  /** A person renamed, merged or split a pattern, or took that back. */
  readonly pattern_changed: (change: PatternChange) => void;
  /** Another system said that an incident began or is over, and what that led to. Told; what it changed is stored. */
  readonly incident_reported: (
    report: IncidentReport & { readonly said: 'opened' | 'over'; readonly by: string },
  ) => void;
  /** A row was appended to a remediation's log. */
  readonly remediation_event: (row: LogRow) => void;
  /** A tool says how far it is with a call that is under way. Told, not stored: it proves nothing. */
  readonly action_progress: (
    told: Progress & {
      readonly tenant: string;
      readonly ticketId: string;
      readonly remediationId: string;
      readonly step: number;
      readonly direction: Direction;
    },
  ) => void;
  /** An operator accepted tools as they are defined; everywhere, or for one tenant. */
  readonly tools_accepted: (accepted: {
    readonly tenant: string;
    readonly everywhere: boolean;
    readonly pins: Readonly<Record<string, string>>;
    readonly by: string;
  }) => void;
  /** Somebody gave feedback. */
  readonly feedback_recorded: (feedback: FeedbackRecord) => void;
  /** Somebody changed a policy; `version` is the new one. */
  readonly policy_changed: (change: {
    readonly tenant: string;
    readonly category: string;
    readonly version: number;
    readonly by: string;
  }) => void;
  /** The kill switch was thrown. */
  readonly halt_raised: (halt: Halt) => void;
  /** A halt was lifted; remediations that it ended stay ended. */
  readonly halt_lifted: (halt: { readonly haltId: string; readonly tenant: string; readonly by: string }) => void;
  /** Something failed that no caller waits for; Remit went on by the more careful route. */
  readonly trouble: (trouble: { readonly where: string; readonly error: unknown }) => void;
}

/** Subscribing and unsubscribing. */
export type RemitEvents = Pick<EventEmitter<RemitEventMap>, 'on' | 'once' | 'off'>;

/** Tells observers; their errors never reach the engine. */
export class Observers {
  readonly emitter = new EventEmitter<RemitEventMap>();

  /** Tells one event. Errors of listeners are told as `trouble`, and errors of those are dropped. */
  tell<Name extends keyof RemitEventMap>(name: Name, payload: Parameters<RemitEventMap[Name]>[0]): void {
    // Listener by listener, so that one that throws does not keep the event from the next.
    for (const listener of this.emitter.listeners(name) as ((payload: unknown) => void)[]) {
      // A one-time listener is gone before it is told, so that what it does cannot tell it again.
      this.emitter.off(name, listener, undefined, true);
      try {
        const answer: unknown = listener(payload);
        if (answer instanceof Promise) answer.catch((error: unknown) => this.#complain(name, error));
      } catch (error) {
        this.#complain(name, error);
      }
    }
  }

  #complain(name: keyof RemitEventMap, error: unknown): void {
    if (name !== 'trouble') this.tell('trouble', { where: `listener of ${name}`, error });
  }
}
