import type { ApprovalAnswer, Principal, Remit } from '@remit/core';
import type { Guarantee, Subject } from '../subject.js';
import { notApplicable, withEntries, withPolicy, withStore } from '../subject.js';
import { ASKING, approver, OPERATOR, person, SUBMITTER, type Trial, withTrial } from '../trial.js';
import { anyOne, codeOf, nothingSent, onEach } from './tries.js';

/* Whether a yes is good for exactly what was shown, once, in time, from people who may give it. */

/** The subject whose front end changes answers on their way. */
function withAnswers(
  subject: Subject,
  change: (
    remit: Remit,
    asked: { readonly actor: Principal; readonly ticketId: string; readonly answer: ApprovalAnswer },
  ) => Promise<{ readonly actor: Principal; readonly answer: ApprovalAnswer }>,
): Subject {
  return {
    ...subject,
    remit(own) {
      const remit = subject.remit(own);
      return {
        ...remit,
        async answerApproval(actor, ticketId, answer) {
          const changed = await change(remit, { actor, ticketId, answer });
          return remit.answerApproval(changed.actor, ticketId, changed.answer);
        },
      };
    },
  };
}

async function open(trial: Pick<Trial, 'remit'>, ticketId: string) {
  const { remediation } = await trial.remit.ticket(OPERATOR, ticketId);
  const { approvalId = '', bindingHash = '' } = remediation?.approval ?? {};
  return { approvalId, bindingHash };
}

/** A front end that names the open request whatever request was answered. */
async function repaired(
  remit: Remit,
  {
    actor,
    ticketId,
    answer,
  }: { readonly actor: Principal; readonly ticketId: string; readonly answer: ApprovalAnswer },
) {
  const shown = await open({ remit }, ticketId);
  return { actor, answer: answer.approvalId === shown.approvalId ? answer : { ...answer, ...shown } };
}

/** A trial with a ticket that waits for a yes. */
function waiting(
  subject: Subject,
  cast: Parameters<Trial['submit']>[1],
  attempt: (trial: Trial) => Promise<string | null>,
  policy: Parameters<typeof withTrial>[2]['policy'] = {},
): Promise<string | null> {
  return withTrial(subject, [cast], { policy: { ...ASKING, approvers: 1, ...policy } }, async (trial) => {
    await trial.submit('T', cast, { requester: 'verify-requester' });
    await trial.settle();
    const { approvalId } = await open(trial, 'T');
    return approvalId === '' ? `No approval was asked for: ${await trial.say('T')}.` : attempt(trial);
  });
}

/** Answers, settles, and says what is wrong if that was taken or anything was sent. */
async function mustRefuse(
  trial: Trial,
  who: Principal,
  answer: { readonly approvalId: string; readonly bindingHash: string },
): Promise<string | null> {
  const code = await codeOf(trial.remit.answerApproval(who, 'T', { approve: true, ...answer }));
  if (code === 'invalid_input' || code === 'other')
    throw new Error(`The answer of ${who.id} was not understood: ${code}.`);
  await trial.settle();
  return (await nothingSent(trial, 'T')) ?? (code === null ? `The yes of ${who.id} was taken.` : null);
}

/** Guarantees about approvals. */
export const approvalGuarantees: readonly Guarantee[] = [
  {
    id: 'approval_binding',
    says: 'A yes to another hash than the one that is shown is refused.',
    properties: [1],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        waiting(subject, cast, async (trial) => {
          const shown = await open(trial, 'T');
          return mustRefuse(trial, approver(1, trial.policy), { ...shown, bindingHash: '0'.repeat(64) });
        }),
      ),
    without: (subject) =>
      withAnswers(subject, async (remit, { actor, ticketId, answer }) => {
        const shown = await open({ remit }, ticketId);
        return { actor, answer: answer.approvalId === shown.approvalId ? { ...answer, ...shown } : answer };
      }),
  },
  {
    id: 'approval_other_ticket',
    says: "A yes to one ticket's request is good for no other ticket.",
    properties: [1],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        waiting(subject, cast, async (trial) => {
          await trial.submit('OTHER', cast);
          await trial.settle();
          return mustRefuse(trial, approver(1, trial.policy), await open(trial, 'OTHER'));
        }),
      ),
    without: (subject) => withAnswers(subject, repaired),
  },
  {
    id: 'approval_replayed',
    says: 'A yes that was used is not good again: neither for the run that ended, nor when the ticket comes back.',
    properties: [1, 2],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        waiting(subject, cast, async (trial) => {
          const { remit, world } = trial;
          const used = await open(trial, 'T');
          const who = approver(1, trial.policy);
          const sayYes = async (): Promise<void> => {
            await codeOf(remit.answerApproval(who, 'T', { approve: true, ...used }));
            await trial.settle();
          };
          await sayYes();
          const first = world.sent.length;
          if (first === 0) return `The approved run wrote nothing: ${await trial.say('T')}.`;
          world.turn(cast.target, 'faulty');
          await sayYes();
          if (world.sent.length > first) return 'The same yes let it run again.';
          await codeOf(remit.reopenTicket(OPERATOR, 'T'));
          await codeOf(remit.setOptIn(OPERATOR, 'T', false));
          await codeOf(remit.setOptIn(OPERATOR, 'T', true));
          await trial.settle();
          await sayYes();
          return world.sent.length > first ? 'The used yes let the ticket run again when it came back.' : null;
        }),
      ),
    without: (subject) => withAnswers(subject, repaired),
  },
  {
    id: 'approval_stale_policy',
    says: 'A yes to what was shown under an earlier version of the policy lets nothing be sent.',
    properties: [1],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        waiting(subject, cast, async (trial) => {
          const { category, policy, bare, clock } = trial;
          const changed = { ...policy, maxActionsPerHour: policy.maxActionsPerHour + 1 };
          const change = { expectedVersion: 1, policy: changed, by: 'verify', atMs: clock.now() };
          await bare.policies.save(OPERATOR.tenant, category, change);
          await trial.approve('T');
          await trial.settle();
          return nothingSent(trial, 'T');
        }),
      ),
    without: (subject) =>
      withStore(subject, (storage) => ({
        ...storage,
        policies: {
          ...storage.policies,
          async find(...asked) {
            const found = await storage.policies.find(...asked);
            return found && { ...found, version: 1 };
          },
        },
        async standingOrders(...asked) {
          const orders = await storage.standingOrders(...asked);
          return { ...orders, policy: orders.policy && { ...orders.policy, version: 1 } };
        },
      })),
  },
  {
    id: 'approval_stale_target',
    says: 'When the target is no longer as the approver was shown it, their yes lets nothing be sent.',
    properties: [1],
    attempt: (subject) =>
      onEach(
        anyOne(subject, ({ casts: [cast] }) => cast.entry.snapshot !== undefined),
        ({ casts: [cast] }) =>
          waiting(subject, cast, async (trial) => {
            trial.world.move(cast.target);
            await trial.approve('T');
            await trial.settle();
            return nothingSent(trial, 'T');
          }),
        'No action has a snapshot read.',
      ),
    without: (subject) => withEntries(subject, ({ snapshot: _, ...entry }) => [entry]),
  },
  {
    id: 'approval_expired',
    says: 'A yes after the expiry of the request is refused.',
    properties: [1],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        waiting(subject, cast, async (trial) => {
          const { remediation } = await trial.view('T');
          const approval = remediation?.approval;
          if (!approval) return 'No approval was asked for.';
          trial.clock.set(approval.expiresAtMs + 1);
          const { approvalId, bindingHash } = approval;
          return mustRefuse(trial, approver(1, trial.policy), { approvalId, bindingHash });
        }),
      ),
    without: (subject) =>
      withStore(subject, (storage) => {
        let firstMs: number | null = null;
        return {
          ...storage,
          async now() {
            firstMs ??= await storage.now();
            return firstMs;
          },
        };
      }),
  },
  {
    id: 'self_approval',
    says: 'Nobody approves their own ticket: not its submitter, its requester or who wrote the catalogue entry, under a look-alike name neither.',
    properties: [1],
    async attempt(subject) {
      const [play] = anyOne(subject);
      if (!play) return notApplicable('No write of the catalogue can be tried.');
      const { entry, casts } = play;
      const category = subject.categories.find((one) => entry.categories.includes(one)) ?? '';
      if (subject.policies[category]?.selfApproval === true) {
        return notApplicable(`The policy of ${category} lets people approve their own tickets.`);
      }
      return onEach([play], () =>
        waiting(subject, casts[0], async (trial) => {
          const barred = [SUBMITTER.id, 'verify-requester', entry.editedBy].filter((id) => id !== undefined);
          for (const id of barred) {
            for (const name of [id, id.toUpperCase(), `${id} `]) {
              const who = person(name, approver(1, trial.policy).scopes, trial.policy.approverGroups);
              const wrong = await mustRefuse(trial, who, await open(trial, 'T'));
              if (wrong !== null) return wrong;
            }
          }
          return null;
        }),
      );
    },
    without: (subject) => withPolicy(subject, { selfApproval: true }),
  },
  {
    id: 'quorum',
    says: 'Where two people have to say yes, one person is not two, under a look-alike name neither.',
    properties: [1],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        waiting(
          subject,
          cast,
          async (trial) => {
            const one = approver(1, trial.policy);
            for (const id of [one.id, one.id, one.id.toUpperCase(), ` ${one.id}`]) {
              await codeOf(trial.approve('T', { ...one, id }));
              await trial.settle();
              const wrong = await nothingSent(trial, 'T');
              if (wrong !== null) return wrong;
            }
            await trial.approve('T', approver(2, trial.policy));
            await trial.settle();
            return trial.world.sent.length > 0 ? null : `Two people were not enough: ${await trial.say('T')}.`;
          },
          { approvers: 2 },
        ),
      ),
    without: (subject) => withPolicy(subject, { approvers: 1 }),
  },
  {
    id: 'approver_scope',
    says: 'Only who holds the scope to approve in the category is heard.',
    properties: [1],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        waiting(subject, cast, async (trial) => {
          const groups = trial.policy.approverGroups;
          for (const scopes of [[], ['policy:write', 'halt'], ['remediation:approve:remit-verify-other']]) {
            const wrong = await mustRefuse(trial, person('verify-stranger', scopes, groups), await open(trial, 'T'));
            if (wrong !== null) return `With the scopes ${JSON.stringify(scopes)}: ${wrong}`;
          }
          return null;
        }),
      ),
    without: (subject) =>
      withAnswers(subject, async (_, { actor, answer }) => ({
        actor: { ...actor, scopes: [...actor.scopes, 'remediation:approve'] },
        answer,
      })),
  },
];
