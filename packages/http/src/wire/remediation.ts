import type { ReconciliationOption, RemediationView } from '@remit/core';
import { z } from 'zod';
import { approvalToWire, approvalWire, consentToWire, consentWire, shownToWire, shownWire } from './approval.js';
import { json, jsonObject } from './common.js';

/** One step of a plan with what the catalogue knows of it. */
export const stepWire = z
  .strictObject({
    step: z.number().int(),
    action: z.string(),
    arguments: jsonObject,
    tool: z.string(),
    class: z.enum(['read_only', 'safe_write', 'critical_write', 'destructive', 'forbidden']),
    family: z.string(),
    targets: z.array(z.string()).readonly(),
  })
  .meta({ id: 'Step', description: 'A step of a plan: what stands, what was undone, what is unknown.' });

/** One step of a plan, for the wire. */
export function stepToWire(step: RemediationView['steps'][number]): z.infer<typeof stepWire> {
  return {
    step: step.step,
    action: step.action,
    arguments: step.arguments,
    tool: step.tool,
    class: step.class,
    family: step.family,
    targets: step.targets,
  };
}

const orderedCallWire = z
  .strictObject({
    step: z.number().int(),
    direction: z.enum(['do', 'undo']),
    tool: z.string(),
    /** Null when the catalogue cannot fill them any more. */
    arguments: z.record(z.string(), json).nullable(),
    targets: z.array(z.string()).readonly(),
  })
  .meta({ id: 'OrderedCall', description: 'A call that an order would send.' });
const optionWire = z
  .strictObject({
    answer: z.enum(['happened', 'did_not_happen', 'send_again', 'roll_back', 'accept']),
    /** An answer names it. */
    binding_hash: z.string(),
    /** Steps the answer would send again or take back. */
    steps: z.array(z.number().int()).readonly(),
    /** Distinct people who must give this answer. */
    needed: z.number().int(),
    approvals: z.array(consentWire).readonly(),
    /** Principals who may not order it, with why. */
    barred: z.record(z.string(), z.string()).readonly(),
    /** What `binding_hash` covers. */
    shown: shownWire.extend({
      /** Number of the last row of the log that says something about the run. */
      version: z.number().int(),
      /** What the answer would send, first call first. */
      calls: z.array(orderedCallWire).readonly(),
    }),
  })
  .meta({
    id: 'ReconciliationOption',
    description: 'An answer that would end a parked remediation, what it would send, and what it is bound to.',
  });

function optionToWire(option: ReconciliationOption): z.infer<typeof optionWire> {
  const { answer, bindingHash, steps, needed, consents, barred, binding } = option;
  const shown = { ...shownToWire(binding), version: binding.order.version, calls: binding.order.calls };
  return { answer, binding_hash: bindingHash, steps, needed, approvals: consents.map(consentToWire), barred, shown };
}

/** The latest remediation of a ticket. */
export const remediationWire = z
  .strictObject({
    id: z.string(),
    state: z.enum([
      'proposed',
      'awaiting_approval',
      'deferred',
      'executing',
      'validating',
      'rolling_back',
      'succeeded',
      'rolled_back',
      'failed',
      'needs_reconciliation',
      'rejected',
      'expired',
      'halted',
      'withdrawn',
      'recovered',
      'manual',
      'suggested',
      'superseded',
    ]),
    reason: z.string().nullable(),
    plan: z.strictObject({ actions: z.array(stepWire).readonly() }),
    plan_hash: z.string().nullable(),
    approval: approvalWire.nullable(),
    /** An order about what is parked that waits for more people: its option says what it would send. Null for none. */
    order: z.strictObject({ answer: z.enum(['send_again', 'roll_back']), approval: approvalWire }).nullable(),
    /** It ran by itself and is one of the 5 % that a person is to look at all the same. */
    audited: z.boolean(),
    /** Ways out while it is parked; empty otherwise. */
    options: z.array(optionWire).readonly(),
  })
  .meta({ id: 'Remediation', description: 'One attempt to carry out one plan for one ticket.' });

/** The latest remediation of a ticket, for the wire. */
export function remediationToWire(remediation: RemediationView): z.infer<typeof remediationWire> {
  const { order } = remediation;
  return {
    id: remediation.remediationId,
    state: remediation.state,
    reason: remediation.reason,
    plan: { actions: remediation.steps.map(stepToWire) },
    plan_hash: remediation.planHash,
    approval: remediation.approval && approvalToWire(remediation.approval),
    order: order && { answer: order.answer, approval: approvalToWire(order.approval) },
    audited: remediation.audited,
    options: remediation.options.map(optionToWire),
  };
}
