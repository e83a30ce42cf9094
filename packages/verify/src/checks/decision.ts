import {
  type ActionClass,
  type DecisionInput,
  isMorePermissive,
  PHASE_RULES,
  PHASES,
  type Policy,
  rolloutBucket,
  type Standing,
} from '@remit/core';
import { broken, type Guarantee, holds, notApplicable, withEntries, withPolicy, withStore } from '../subject.js';
import { categoryFor, TENANT, withTrial } from '../trial.js';
import { anyOne, catalogueWith, onEach, recast, routed } from './tries.js';

/* Whether the decision keeps to opt-in, policy and class. */

/** What is wrong when a class is decided otherwise than it must be, everything else being as open as can be. */
function classGuarantee(
  parts: Pick<Guarantee, 'id' | 'says'> & {
    readonly actionClass: ActionClass;
    readonly route: string;
    readonly record?: number;
  },
): Guarantee {
  const { actionClass, route, record = 25 } = parts;
  return {
    id: parts.id,
    says: parts.says,
    properties: [1, 8],
    attempt: (subject) =>
      onEach(subject.plays, async ({ casts: [first] }) => {
        const cast = recast(first, { class: actionClass });
        const options = { catalogue: catalogueWith(subject, cast.entry) };
        return withTrial(subject, [cast], { options, record }, async (trial) => {
          await trial.submit('T', cast);
          await trial.settle();
          return routed(trial, 'T', [route]);
        });
      }),
    without: (subject) =>
      withEntries(subject, (entry) => [
        entry.class === actionClass ? { ...entry, class: 'safe_write', counterReset: true } : entry,
      ]),
  };
}

const ROUTES_DOWN: readonly ActionClass[] = ['read_only', 'safe_write', 'critical_write', 'destructive', 'forbidden'];
const STANDINGS_UP: readonly Standing[] = ['probation', 'learning', 'eligible', 'proven'];
const SCORES = [Number.NaN, -1, 0, 30, 59.9, 60, 74.9, 75, 84.9, 85, 89.9, 90, 94.9, 95, 100];
const POLICIES_DOWN: readonly Policy['requiresApproval'][] = [false, 'by_level', true];

/** Inputs in which each one is at least as careful as the one before, as far as one question goes. */
function sweeps(policy: Policy): readonly (readonly DecisionInput[])[] {
  const phases = [null, ...[...PHASES].reverse().map((name) => PHASE_RULES[name])].map(
    (rule) =>
      rule && {
        approvalForAll: rule.approvalForAll,
        inShare: true,
        actionsAllowed: true,
        minReliabilityScore: rule.minReliabilityScore,
      },
  );
  const all: (readonly DecisionInput[])[] = [];
  for (const requiresApproval of [policy.requiresApproval, false, 'by_level'] as const) {
    for (const standing of STANDINGS_UP) {
      for (const score of SCORES) {
        for (const actionClass of ROUTES_DOWN) {
          const input: DecisionInput = {
            optedIn: true,
            policy: { ...policy, enabled: true, requiresApproval },
            actionClasses: [actionClass],
            score,
            standing,
            approvedSuccesses: 25,
            failures: 0,
            phase: null,
          };
          const from = POLICIES_DOWN.indexOf(requiresApproval);
          all.push(
            // A read changes nothing and is asked of nobody: classes are compared from the first write on.
            ROUTES_DOWN.slice(Math.max(1, ROUTES_DOWN.indexOf(actionClass))).map((one) => ({
              ...input,
              actionClasses: [one],
            })),
            [...SCORES].reverse().map((one) => ({ ...input, score: one })),
            [...STANDINGS_UP].reverse().map((one) => ({ ...input, standing: one })),
            POLICIES_DOWN.slice(from).map((one) => ({ ...input, policy: { ...input.policy, requiresApproval: one } })),
            phases.map((phase) => ({ ...input, phase })),
            [input, { ...input, optedIn: false }],
            [input, { ...input, policy: { ...input.policy, enabled: false } }],
            [input, { ...input, failures: 1 }],
          );
        }
      }
    }
  }
  return all;
}

/** Guarantees about who decides and by what. */
export const decisionGuarantees: readonly Guarantee[] = [
  {
    id: 'opt_in',
    says: 'Nothing is written for a ticket that is not opted in.',
    properties: [1],
    attempt: (subject) =>
      onEach(subject.plays, ({ casts: [cast] }) =>
        withTrial(subject, [cast], {}, async (trial) => {
          await trial.submit('T', cast, { optedIn: false });
          await trial.settle();
          return routed(trial, 'T', ['suggest_only']);
        }),
      ),
    without: (subject) =>
      withStore(subject, (storage) => ({
        ...storage,
        tickets: {
          ...storage.tickets,
          submit: (ticket, hash) => storage.tickets.submit({ ...ticket, optedIn: true }, hash),
        },
      })),
  },
  {
    id: 'policy_asks',
    says: 'Where the policy wants a person for every write, a person is asked, however good the record.',
    properties: [1, 8],
    attempt(subject) {
      const asks = (category: string): boolean => {
        const policy = subject.policies[category];
        return policy?.enabled === true && policy.requiresApproval !== false && policy.requiresApproval !== 'by_level';
      };
      return onEach(
        subject.plays.filter(({ casts: [cast] }) => asks(categoryFor(subject, cast))),
        ({ casts: [cast] }) => {
          const { requiresApproval = true } = subject.policies[categoryFor(subject, cast)] ?? {};
          return withTrial(subject, [cast], { policy: { requiresApproval } }, async (trial) => {
            await trial.submit('T', cast);
            await trial.settle();
            return routed(trial, 'T', ['approval']);
          });
        },
        'No category that an action is for wants a person for every write: the policies opened all of them.',
      );
    },
    without: (subject) => withPolicy(subject, { requiresApproval: false }),
  },
  {
    id: 'category_off',
    says: 'In a category that is switched off nothing is written; it stays at a suggestion.',
    properties: [1],
    async attempt(subject) {
      const off = subject.categories.filter((category) => subject.policies[category]?.enabled === false);
      const [play] = anyOne(subject);
      if (!play) return notApplicable('No write of the catalogue can be tried.');
      if (off.length === 0) return notApplicable('No category is switched off, not even security.');
      for (const category of off) {
        const cast = recast(play.casts[0], { categories: [category] });
        const options = { catalogue: catalogueWith(subject, cast.entry) };
        const wrong = await withTrial(subject, [cast], { policy: { enabled: false }, options }, async (trial) => {
          await trial.submit('T', cast);
          await trial.settle();
          return routed(trial, 'T', ['suggest_only']);
        });
        if (wrong !== null) return broken(`${category}: ${wrong}`);
      }
      return holds(`Tried in ${off.join(', ')}.`);
    },
    without: (subject) => withPolicy(subject, { enabled: true }),
  },
  classGuarantee({
    id: 'forbidden_class',
    says: 'A forbidden action is refused, even where everything is open.',
    actionClass: 'forbidden',
    route: 'manual',
  }),
  classGuarantee({
    id: 'destructive_class',
    says: 'A destructive action is never automatic, even where everything is open and the record is proven.',
    actionClass: 'destructive',
    route: 'approval',
  }),
  classGuarantee({
    id: 'critical_not_earned',
    says: 'A critical write without ten approved successes behind it is never automatic.',
    actionClass: 'critical_write',
    route: 'approval',
    record: 9,
  }),
  {
    id: 'rollout_share',
    says: 'A ticket outside the share of the rollout phase stays at a suggestion.',
    properties: [8],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) => {
        const numbers = Array.from({ length: 200 }, (_, n) => `T-${n}`);
        const out = numbers.find((id) => rolloutBucket(TENANT, id) >= PHASE_RULES.pilot.bucketsBelow) ?? 'T-0';
        return withTrial(subject, [cast], { policy: { phase: 'pilot' } }, async (trial) => {
          await trial.submit(out, cast);
          await trial.settle();
          return routed(trial, out, ['suggest_only']);
        });
      }),
    without: (subject) => withPolicy(subject, { phase: null }),
  },
  {
    id: 'monotonic',
    says: 'A more severe class, a lower score, a worse standing, a stricter policy or an earlier phase never lets more happen.',
    properties: [7, 8],
    async attempt(subject) {
      let compared = 0;
      const policies = new Map(Object.values(subject.policies).map((policy) => [JSON.stringify(policy), policy]));
      for (const policy of policies.values()) {
        for (const sweep of sweeps(policy)) {
          for (const [at, input] of sweep.entries()) {
            const before = sweep[at - 1];
            const { route } = subject.decide(input);
            if (before === undefined) continue;
            compared += 1;
            const earlier = subject.decide(before).route;
            if (isMorePermissive(route, earlier)) {
              return broken(`${route} follows on ${earlier}: ${JSON.stringify({ before, input })}`);
            }
          }
        }
      }
      return holds(`${compared} steps towards care compared, under every category's policy.`);
    },
    without: (subject) => ({
      ...subject,
      decide: (input) => (input.score === 60 ? { route: 'auto' } : subject.decide(input)),
    }),
  },
  {
    id: 'recomputed',
    says: 'Every decision can be computed again from its own row of the log, and comes out the same.',
    properties: [7],
    attempt: (subject) =>
      onEach(subject.plays, ({ casts: [cast] }) =>
        withTrial(subject, [cast], { policy: subject.policies[categoryFor(subject, cast)] ?? {} }, async (trial) => {
          const { category } = trial;
          await trial.submit('T', cast);
          await trial.settle();
          for (const { event } of await trial.remit.logOf({ id: 'a', tenant: TENANT, scopes: ['tickets:read'] }, 'T')) {
            if (event.type !== 'proposed') continue;
            const { steps } = event;
            const { differs } = subject.recompute(event, { tenant: TENANT, ticketId: 'T', category, steps });
            return differs.length === 0 ? null : `The row does not lead to its decision: ${differs.join(', ')}.`;
          }
          return 'No decision was recorded.';
        }),
      ),
    without: (subject) =>
      withStore(subject, (storage) => ({
        ...storage,
        remediations: {
          ...storage.remediations,
          async logOf(...asked) {
            const rows = await storage.remediations.logOf(...asked);
            return rows.map((row) =>
              row.event.type === 'proposed'
                ? {
                    ...row,
                    event: { ...row.event, decision: { ...row.event.decision, route: 'auto', reason: 'read_only' } },
                  }
                : row,
            );
          },
        },
      })),
  },
];
