import {
  type Arguments,
  type AuditStore,
  type Catalogue,
  checkCatalogue,
  DEFAULT_CATEGORIES,
  defaultPolicy,
  GUARD,
  type Limits,
  type Policy,
  RemitError,
  type Storage,
  type ToolCatalogue,
} from '@remit/core';
import { type MovableClock, memoryStorage } from '@remit/core/testing';
import { approvalGuarantees } from './checks/approvals.js';
import { auditGuarantees, ownChains } from './checks/audit.js';
import { catalogueGuarantees } from './checks/catalogue.js';
import { contentGuarantees } from './checks/content.js';
import { decisionGuarantees } from './checks/decision.js';
import { journalGuarantees } from './checks/journal.js';
import { limitGuarantees } from './checks/limits.js';
import { orderGuarantees } from './checks/orders.js';
import { playsOf, type Unplayable } from './dry/play.js';
import { broken, type Finding, type Guarantee, OWN_PARTS, type Subject } from './subject.js';

/** What is tried. Only the catalogue has no default. */
export interface VerifyOptions {
  readonly catalogue: Catalogue;
  /** Default: the categories that Remit starts with. */
  readonly categories?: readonly string[];
  /** Policies in force, by category. Default: what a category has until an operator writes one. */
  readonly policies?: Readonly<Record<string, Policy>>;
  /** Limits other than the default ones. */
  readonly limits?: Partial<Limits>;
  /** Tools as the host's executor lists them. Default: nobody was asked. */
  readonly tools?: ToolCatalogue | null;
  /** Opens an empty store that is used once and closed; of the kind that the host uses. Default: in memory. */
  readonly openStore?: (clock: MovableClock) => Promise<Storage>;
  /** The chains of the host's own store; only read. Default: none. */
  readonly audit?: AuditStore | null;
  /** Arguments for actions whose schema says too little to make some up, by the action's name. */
  readonly samples?: Readonly<Record<string, Arguments>>;
  /** Only guarantees with these ids. Default: all. */
  readonly only?: readonly string[];
  /** Told before each guarantee is tried. */
  readonly progress?: (id: string) => void;
  /** Parts that are not Remit's own, for tests of broken ones. */
  readonly parts?: (subject: Subject) => Subject;
}

/** What came of one guarantee. */
export interface Verdict {
  readonly id: string;
  readonly says: string;
  /** Properties of section 17 of the specification. */
  readonly properties: readonly number[];
  readonly result: Finding['kind'];
  readonly because: string;
  /**
   * Whether the same attempt finds the guarantee broken once the protection is taken out of a copy. `not_caught` makes
   * a pass worthless and is a failure; null where nothing passed.
   */
  readonly control: 'caught' | 'not_caught' | null;
  /** What the control found. */
  readonly controlSays: string | null;
}

/** What came of all of them. */
export interface VerifyReport {
  /** Every guarantee that could be tried holds, and every control was caught. */
  readonly passed: boolean;
  readonly counted: {
    readonly held: number;
    readonly broken: number;
    readonly notApplicable: number;
    readonly controlsNotCaught: number;
  };
  readonly guarantees: readonly Verdict[];
  /** Writes of the catalogue that could not be tried, and why. */
  readonly notTried: readonly Unplayable[];
}

/** Every guarantee, in the order in which they are tried. */
export function allGuarantees(audit: AuditStore | null = null): readonly Guarantee[] {
  return [
    ...decisionGuarantees,
    ...catalogueGuarantees,
    ...approvalGuarantees,
    ...orderGuarantees,
    ...limitGuarantees,
    ...journalGuarantees,
    ...auditGuarantees,
    ownChains(audit),
    ...contentGuarantees,
  ];
}

/** The subject that options describe. @throws RemitError `invalid_catalogue` with every fault. */
export function subjectOf(options: VerifyOptions): Subject {
  const { categories = DEFAULT_CATEGORIES, policies = {}, limits, tools = null } = options;
  const catalogue = checkCatalogue(options.catalogue);
  const subject: Subject = {
    ...OWN_PARTS,
    catalogue,
    categories,
    plays: playsOf(catalogue, options.samples).plays,
    policies: Object.fromEntries(
      categories.map((category) => [category, policies[category] ?? defaultPolicy(category)]),
    ),
    limits: { ...GUARD, ...limits },
    tools,
    openStore: options.openStore ?? (async (clock) => memoryStorage({ clock })),
  };
  return options.parts ? options.parts(subject) : subject;
}

/** A finding, and whether the attempt itself ended in an error: that shows neither that it holds nor that it can fail. */
export async function attempt(
  guarantee: Guarantee,
  subject: Subject,
): Promise<{ readonly finding: Finding; readonly failed: boolean }> {
  try {
    return { finding: await guarantee.attempt(subject), failed: false };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { finding: broken(`It could not be tried: ${why}`), failed: true };
  }
}

async function verdictOn(guarantee: Guarantee, subject: Subject): Promise<Verdict> {
  const { id, says, properties } = guarantee;
  const { finding: found } = await attempt(guarantee, subject);
  const about = { id, says, properties, result: found.kind, because: found.because };
  if (found.kind !== 'holds') return { ...about, control: null, controlSays: null };
  const { finding: control, failed } = await attempt(guarantee, guarantee.without(subject));
  const caught = control.kind === 'broken' && !failed;
  return { ...about, control: caught ? 'caught' : 'not_caught', controlSays: control.because };
}

/**
 * Tries each guarantee of section 17 of the specification on a catalogue, policies and a kind of store, in a world that
 * is made up: no tool is called. Each one that holds is tried once more on a copy from which the protection was taken
 * out, and has to fail there.
 * @throws RemitError `invalid_catalogue` with every fault; `invalid_configuration` for an id that is no guarantee.
 */
export async function verifyGuarantees(options: VerifyOptions): Promise<VerifyReport> {
  const subject = subjectOf(options);
  const all = allGuarantees(options.audit ?? null);
  const unknown = options.only?.find((id) => !all.some((one) => one.id === id));
  if (unknown !== undefined) {
    throw new RemitError('invalid_configuration', `There is no guarantee "${unknown}".`, {
      nextStep: `Choose among ${all.map(({ id }) => id).join(', ')}.`,
    });
  }
  const guarantees: Verdict[] = [];
  for (const guarantee of all) {
    if (options.only && !options.only.includes(guarantee.id)) continue;
    options.progress?.(guarantee.id);
    guarantees.push(await verdictOn(guarantee, subject));
  }
  const count = (result: Finding['kind']): number => guarantees.filter((one) => one.result === result).length;
  const controlsNotCaught = guarantees.filter(({ control }) => control === 'not_caught').length;
  const counted = {
    held: count('holds'),
    broken: count('broken'),
    notApplicable: count('not_applicable'),
    controlsNotCaught,
  };
  const { unplayable } = playsOf(subject.catalogue, options.samples);
  const passed = counted.broken === 0 && controlsNotCaught === 0 && counted.held > 0;
  return { passed, counted, guarantees, notTried: unplayable };
}
