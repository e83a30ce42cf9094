import { RemitError } from '@remit/core';
import { z } from 'zod';
import type { IngestSource } from './source.js';

/* Incidents as a business rule or a flow of ServiceNow posts them, with the fields of its Table API. */

/** A field as it comes: its value, or with `sysparm_display_value=all` both what is stored and what people see. */
const field = z.union([
  z.string(),
  z.looseObject({ value: z.string(), display_value: z.string().nullish() }),
  z.null(),
]);
const incident = z
  .object({ number: field, state: field, short_description: field })
  .catchall(z.unknown())
  .superRefine((given, context) => {
    for (const name of ['number', 'state'] as const) {
      if (storedOf(given[name]) === '')
        context.addIssue({ code: 'custom', path: [name], message: 'must not be empty' });
    }
  });
const message = z.union([z.looseObject({ result: z.unknown() }), z.looseObject({})]);

/** The fields of an incident that are texts, as people see them (`display_value`) where ServiceNow says so. */
export type ServiceNowFields = Readonly<Record<string, string>>;

/** What a state of an incident means. */
export type ServiceNowState = 'opened' | 'over';

/** The states of an incident as ServiceNow ships them, by value and by name. */
const STATES: Readonly<Record<string, ServiceNowState>> = {
  '1': 'opened',
  New: 'opened',
  '2': 'opened',
  'In Progress': 'opened',
  '3': 'opened',
  'On Hold': 'opened',
  '6': 'over',
  Resolved: 'over',
  '7': 'over',
  Closed: 'over',
  '8': 'over',
  Canceled: 'over',
};

/** How incidents of ServiceNow become tickets. */
export interface ServiceNowOptions {
  /** The category of every incident, or one by its fields. */
  readonly category: string | ((fields: ServiceNowFields) => string);
  /** Ids `kind:name` of what is broken, such as its `cmdb_ci`. Default: none. */
  readonly targets?: (fields: ServiceNowFields) => readonly string[];
  /** Whether writes are allowed for the ticket of an incident. Default: never. */
  readonly optIn?: (fields: ServiceNowFields) => boolean;
  /** States of your own, by value or name, besides those that ServiceNow ships. */
  readonly states?: Readonly<Record<string, ServiceNowState>>;
}

function storedOf(given: unknown): string {
  const known = field.safeParse(given);
  if (!known.success || known.data === null) return '';
  return typeof known.data === 'string' ? known.data : known.data.value;
}

function shownOf(given: unknown): string {
  const known = field.safeParse(given);
  if (!known.success || known.data === null) return '';
  return typeof known.data === 'string' ? known.data : (known.data.display_value ?? known.data.value);
}

function incidentIn(given: unknown): { readonly fields: Record<string, unknown>; readonly base: readonly string[] } {
  const isWrapped = 'result' in message.parse(given);
  const base = isWrapped ? ['result'] : [];
  const parsed = incident.safeParse(isWrapped ? (given as { result: unknown }).result : given);
  if (parsed.success) return { fields: parsed.data, base };
  throw new z.ZodError(parsed.error.issues.map((issue) => ({ ...issue, path: [...base, ...issue.path] })));
}

/**
 * Reads an incident of ServiceNow, alone or as the `result` of its Table API. It is known by its number: told again it is
 * the same ticket. Values may be texts or `{ value, display_value }`.
 */
export function fromServiceNow({ category, targets, optIn, states = {} }: ServiceNowOptions): IngestSource['read'] {
  const known: Readonly<Record<string, ServiceNowState>> = { ...STATES, ...states };
  const meaningOf = (state: string): ServiceNowState | undefined =>
    Object.hasOwn(known, state) ? known[state] : undefined;
  return (given) => {
    const { fields: raw, base } = incidentIn(given);
    const fields = Object.fromEntries(
      Object.entries(raw).flatMap(([name, value]) => (shownOf(value) === '' ? [] : [[name, shownOf(value)]])),
    );
    const ticketId = storedOf(raw['number']);
    const state = storedOf(raw['state']);
    const meaning = meaningOf(state) ?? meaningOf(shownOf(raw['state']));
    if (meaning === undefined) {
      const pointer = `/${[...base, 'state'].join('/')}`;
      const detail = `"state" is ${JSON.stringify(state)}, which no known state is: name it in the option states.`;
      throw new RemitError('invalid_input', detail, { faults: [{ pointer, detail }] });
    }
    if (meaning === 'over') return [{ kind: 'over', ticketId, text: 'ServiceNow says that the incident is over.' }];
    const title = fields['short_description'] ?? null;
    return [
      {
        kind: 'opened',
        ticket: {
          ticketId,
          title,
          description: fields['description'] ?? title ?? `Incident ${ticketId}`,
          category: typeof category === 'string' ? category : category(fields),
          optedIn: optIn?.(fields) ?? false,
          priority: fields['priority'] ?? null,
          requester: fields['caller_id'] ?? null,
          targets: targets?.(fields) ?? [],
          metadata: { source: 'servicenow', fields },
        },
      },
    ];
  };
}
