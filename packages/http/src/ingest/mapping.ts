import { type Fault, type Json, RemitError, type TicketInput, valueAt } from '@remit/core';
import { z } from 'zod';
import { fillText, scalarAt } from './fillText.js';
import type { IngestSource, Reported } from './source.js';

/*
 * Rules of the operator that make tickets of any JSON message. What a message says fills the places that a rule leaves
 * open; it never chooses the rule's own words, and never whether writes are allowed.
 */

/** Messages of one request that are taken at most. */
const MESSAGES_AT_MOST = 1_000;

const pointer = z.string().regex(/^(?:\/.*)?$/, 'must be a JSON pointer, such as /event/data/id');
const filled = z.string().min(1);
const oneOrMany = z.union([z.string(), z.array(z.string()).min(1)]);

const ruleSchema = z
  .strictObject({
    when: z.record(pointer, oneOrMany).optional(),
    says: z.enum(['opened', 'over']),
    ticketId: filled,
    incidentKey: filled.optional(),
    deliveryKey: filled.optional(),
    title: filled.optional(),
    description: filled.optional(),
    category: z
      .union([filled, z.strictObject({ from: pointer, by: z.record(z.string(), filled), otherwise: filled })])
      .optional(),
    priority: filled.optional(),
    requester: filled.optional(),
    targets: z.array(filled).optional(),
    metadata: z.record(z.string(), pointer).optional(),
    optIn: z.boolean().optional(),
  })
  .refine(
    ({ says, description, category }) => says === 'over' || (description !== undefined && category !== undefined),
    {
      error: 'must have a description and a category: it opens tickets',
    },
  );
const mappingSchema = z.strictObject({ each: pointer.optional(), rules: z.array(ruleSchema).min(1) });

/** What one kind of message means. Texts may have places such as `{/issue/key}`, filled from the message. */
export interface MappingRule {
  /** The messages it is for: what must stand at which JSON pointer, one of several values. Default: every message. */
  readonly when?: Readonly<Record<string, string | readonly string[]>>;
  /** Something is broken, or the sender says that it is over. */
  readonly says: Reported['kind'];
  /** The id that repeats and the end are known by. Begin it with a word of the source: ids are unique per tenant. */
  readonly ticketId: string;
  /** What the incident is known by over all the times that it comes back. Default: the ticket id alone. */
  readonly incidentKey?: string;
  /** What a delivery is known by: one that comes again within a day does nothing. Default: the ticket id does it. */
  readonly deliveryKey?: string;
  /** Default: none. Left out as well when the message has nothing for a place in it. */
  readonly title?: string;
  /** Needed where the rule opens tickets. */
  readonly description?: string;
  /** Needed where the rule opens tickets; a name, or what each value at a pointer means. */
  readonly category?:
    | string
    | { readonly from: string; readonly by: Readonly<Record<string, string>>; readonly otherwise: string };
  /** Default: none; left out like the title. */
  readonly priority?: string;
  /** Who is barred from approving it. Default: nobody; left out like the title. */
  readonly requester?: string;
  /** Ids `kind:name` of what is broken; one that the message cannot fill is left out. Default: none. */
  readonly targets?: readonly string[];
  /** What is kept besides, by name: where it stands in the message. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Allows writes for these tickets; the principal of the source then needs `tickets:opt_in`. Default: never. */
  readonly optIn?: boolean;
}

/** How messages become tickets. */
export interface Mapping {
  /** JSON pointer of a list of messages in what is sent. Default: what is sent is one message. */
  readonly each?: string;
  /** The first rule that is for a message says what it means. A message that none is for is passed over. */
  readonly rules: readonly MappingRule[];
}

function isFor({ when = {} }: MappingRule, message: Json): boolean {
  return Object.entries(when).every(([place, wanted]) => {
    const found = scalarAt(message, place);
    return found !== undefined && (typeof wanted === 'string' ? [wanted] : wanted).includes(found);
  });
}

/** Fills the texts of one rule; what a needed text lacks is collected. */
class Filling {
  readonly faults: Fault[] = [];
  readonly #message: Json;
  readonly #base: string;

  constructor(message: Json, base: string) {
    this.#message = message;
    this.#base = base;
  }

  needed(text: string): string {
    const found = fillText(text, this.#message);
    if (found.ok) return found.text;
    for (const missing of found.missing) {
      const detail = `"${missing}" must have a text or a number: the mapping of this source needs it.`;
      this.faults.push({ pointer: this.#base + missing, detail });
    }
    return '';
  }

  wanted(text: string | undefined): string | null {
    const found = text === undefined ? null : fillText(text, this.#message);
    return found?.ok ? found.text : null;
  }

  category(category: NonNullable<MappingRule['category']>): string {
    if (typeof category === 'string') return category;
    const { from, by, otherwise } = category;
    const found = scalarAt(this.#message, from);
    return found !== undefined && Object.hasOwn(by, found) ? (by[found] ?? otherwise) : otherwise;
  }

  ticket(ticketId: string, rule: MappingRule): TicketInput {
    const { targets = [], metadata = {} } = rule;
    return {
      ticketId,
      title: this.wanted(rule.title),
      description: this.needed(rule.description ?? ''),
      category: this.category(rule.category ?? 'other'),
      optedIn: rule.optIn ?? false,
      priority: this.wanted(rule.priority),
      requester: this.wanted(rule.requester),
      targets: targets.flatMap((target) => this.wanted(target) ?? []),
      metadata: Object.fromEntries(
        Object.entries(metadata).flatMap(([name, place]) => {
          const found = valueAt(this.#message, place);
          return found === undefined ? [] : [[name, found]];
        }),
      ),
    };
  }
}

function reportOf(rule: MappingRule, filling: Filling): Reported {
  const ticketId = filling.needed(rule.ticketId);
  const delivery = rule.deliveryKey === undefined ? {} : { deliveryKey: filling.needed(rule.deliveryKey) };
  const incident = rule.incidentKey === undefined ? {} : { incidentKey: filling.needed(rule.incidentKey) };
  return rule.says === 'over'
    ? { kind: 'over', ticketId, ...incident, text: 'The sender says that it is over.', ...delivery }
    : { kind: 'opened', ticket: { ...filling.ticket(ticketId, rule), ...incident }, ...delivery };
}

function invalid(faults: readonly Fault[]): RemitError {
  return new RemitError('invalid_input', faults.map(({ detail }) => detail).join(' '), { faults });
}

function messagesIn(sent: Json, each: string | undefined): readonly PlacedMessage[] {
  if (each === undefined) return [{ message: sent, base: '' }];
  const list = valueAt(sent, each);
  if (!Array.isArray(list) || list.length > MESSAGES_AT_MOST) {
    throw invalid([{ pointer: each, detail: `"${each}" must be a list of at most ${MESSAGES_AT_MOST} messages.` }]);
  }
  return list.map((message: Json, at) => ({ message, base: `${each}/${at}` }));
}

/** A message, and where it stands in what was sent. */
export interface PlacedMessage {
  readonly message: Json;
  /** JSON pointer. */
  readonly base: string;
}

/**
 * What messages mean by rules of the operator.
 * @throws RemitError `invalid_configuration` with every fault of the rules; what it answers: `invalid_input`.
 */
export function byRules(mapping: Mapping): (messages: readonly PlacedMessage[]) => readonly Reported[] {
  const checked = mappingSchema.safeParse(mapping);
  if (!checked.success) {
    const faults = checked.error.issues.map(({ path, message }) => ({
      pointer: `/${path.join('/')}`,
      detail: message,
    }));
    const said = faults.map(({ pointer: place, detail }) => `${place} ${detail}`).join('; ');
    throw new RemitError('invalid_configuration', `The mapping of an ingest source is not valid: ${said}.`, { faults });
  }
  return (messages) => {
    const faults: Fault[] = [];
    const reports: Reported[] = [];
    for (const { message, base } of messages) {
      const rule = mapping.rules.find((one) => isFor(one, message));
      if (!rule) continue;
      const filling = new Filling(message, base);
      reports.push(reportOf(rule, filling));
      faults.push(...filling.faults);
    }
    if (faults.length > 0) throw invalid(faults);
    return reports;
  };
}

/**
 * Reads JSON messages by rules of the operator. A message that lacks what its rule needs is refused whole, with the
 * pointers; nothing of it is stored.
 * @throws RemitError `invalid_configuration` with every fault of the rules.
 */
export function fromJson(mapping: Mapping): IngestSource['read'] {
  const read = byRules(mapping);
  return (sent) => read(messagesIn(sent as Json, mapping.each));
}
