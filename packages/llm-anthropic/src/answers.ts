import type { Arguments, Plan } from '@remit/core';
import { z } from 'zod';

/* The shapes a model must answer in. Arguments come as JSON text: a strict schema has no open objects. */

const call = { arguments_json: z.string().describe('the arguments, as the text of one JSON object') };
const probability = z.number().min(0).max(1);

/** Actions in one plan that are looked at; the guard allows far fewer. */
const MOST_ACTIONS = 20;

/** The first answer: reads to make, or a proposal. */
export const proposalSchema = z.strictObject({
  reads: z
    .array(z.strictObject({ tool: z.string(), ...call }))
    .describe('reads to make before proposing; empty when you propose'),
  summary: z.string(),
  root_cause: z.string().nullable(),
  hypotheses: z.array(z.strictObject({ cause: z.string(), probability })).max(10),
  plan: z
    .array(z.strictObject({ action: z.string(), ...call }))
    .max(MOST_ACTIONS)
    .nullable()
    .describe('actions of the catalogue in order; null when you propose nothing'),
  evidence: z.array(z.string()).max(50),
  what_would_change_my_mind: z.string().nullable(),
});

/** A proposal as the model wrote it. */
export type ProposalAnswer = z.infer<typeof proposalSchema>;

/** The second answer: how likely the fixed plan works. */
export const scoreSchema = z.strictObject({
  against: z.array(z.string()).max(20),
  probability,
});

const argumentsSchema = z.record(z.string(), z.json());

/** Arguments from their JSON text; null when it is none. */
export function argumentsFrom(text: string): Arguments | null {
  try {
    const parsed = argumentsSchema.safeParse(JSON.parse(text));
    return parsed.success ? (parsed.data as Arguments) : null;
  } catch {
    return null;
  }
}

/** The plan of an answer; `invalid` when an argument text is no JSON object, null when it proposes nothing. */
export function planFrom({ plan }: ProposalAnswer): Plan | null | 'invalid' {
  if (plan === null || plan.length === 0) return null;
  const actions = [];
  for (const { action, arguments_json } of plan) {
    const args = argumentsFrom(arguments_json);
    if (args === null) return 'invalid';
    actions.push({ action, arguments: args });
  }
  return { actions };
}
