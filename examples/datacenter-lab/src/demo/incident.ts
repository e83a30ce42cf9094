import type { Action, LogRow, Principal, TicketView } from '@remit/core';
import { approvers, monitoring, technician, users } from './people.js';
import type { Stage } from './stage.js';

/** How something breaks, and what its ticket says. */
export interface Breakage {
  /** Name of the fault in the lab. */
  readonly fault: string;
  /** The system whose users notice. */
  readonly system: string;
  readonly category: string;
  /** The ticket's text; `n` counts the incidents of the kind from 0. */
  readonly text: (n: number) => string;
  readonly target: string;
  /** What a technician does by hand. */
  readonly byHand: (stage: Stage) => Promise<readonly Action[]>;
}

/** What came of one incident. */
export interface Incident {
  readonly ticketId: string;
  readonly view: TicketView;
  readonly log: readonly LogRow[];
  /** Whether a user of the system was served again at the end. */
  readonly fixed: boolean;
  /** Who fixed it. */
  readonly by: 'remit' | 'remit, approved' | 'a person';
  /** From submission to the verified fix, real time, without the time a person took. */
  readonly seconds: number;
  /** Remit's own share of it, without the systems and the tools: ms. */
  readonly engineMs: number;
}

/** A person counts once per pattern in 24 h, so incidents are this far apart. */
const HOURS_BETWEEN = 25;

async function approve({ remit, patienceMs }: Stage, view: TicketView, approver: Principal): Promise<TicketView> {
  const approval = view.remediation?.approval;
  if (!approval) throw new Error(`${view.ticket.ticketId} waits for an approval that is not there.`);
  const { approvalId, bindingHash } = approval;
  await remit.answerApproval(approver, view.ticket.ticketId, { approve: true, approvalId, bindingHash });
  return remit.whenAtRest(monitoring, view.ticket.ticketId, patienceMs);
}

/** Breaks something for real, hands its ticket in, and sees it through to a served user and a rating. */
export async function playIncident(stage: Stage, breakage: Breakage, n: number): Promise<Incident> {
  const { lab, remit, executor, clock, patienceMs } = stage;
  const { fault, system, category, text, target } = breakage;
  await lab.inject(fault);
  const broken = await lab.probe(system);
  if (broken.ok) throw new Error(`${fault} did not break ${system}.`);

  const ticketId = `${system}-${String(n + 1).padStart(2, '0')}`;
  const startedAt = performance.now();
  executor.restart();
  const ticket = { ticketId, description: text(n), category, targets: [target], optedIn: true };
  await remit.submitTicket(monitoring, ticket);
  let view = await remit.whenAtRest(monitoring, ticketId, patienceMs);
  let by: Incident['by'] = 'remit';
  if (view.ticket.status === 'awaiting_approval') {
    by = 'remit, approved';
    view = await approve(stage, view, approvers[n % 2 === 0 ? 0 : 1]);
  }
  const tookMs = performance.now() - startedAt;
  const engineMs = tookMs - executor.busyMs();
  if (view.ticket.status !== 'resolved') {
    by = 'a person';
    const actions = await breakage.byHand(stage);
    const resolution = { text: 'Fixed by hand, as the suggestion said.', actions, timeToResolve: 12 };
    view = await remit.resolveTicket(technician, ticketId, resolution);
  }
  const { ok: fixed } = await lab.probe(system);

  const user = users[n % users.length] as Principal;
  const said = { rating: fixed ? 5 : 1, actionsWorked: fixed, feedbackType: fixed ? 'positive' : 'negative' } as const;
  await remit.recordFeedback(user, { ticketId, ...said });
  const log = await remit.logOf(monitoring, ticketId);
  stage.keep(log);
  clock.advance(HOURS_BETWEEN * 3_600_000);
  return { ticketId, view, log, fixed, by, seconds: tookMs / 1_000, engineMs };
}
