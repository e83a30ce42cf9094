import { z } from 'zod';
import type { IngestSource } from './source.js';

const names = z.record(z.string(), z.string());
const message = z.looseObject({
  version: z.literal('4'),
  alerts: z
    .array(
      z.looseObject({
        status: z.enum(['firing', 'resolved']),
        labels: names,
        annotations: names,
        startsAt: z.string().min(1),
        fingerprint: z.string().regex(/^[0-9a-f]{1,32}$/, 'must be hexadecimal'),
      }),
    )
    .max(1_000),
});

/** How alerts become tickets. */
export interface AlertmanagerOptions {
  /** The category of every alert, or one by its labels. */
  readonly category: string | ((labels: Readonly<Record<string, string>>) => string);
  /** Ids `kind:name` of what is broken, by an alert's labels. Default: none. */
  readonly targets?: (labels: Readonly<Record<string, string>>) => readonly string[];
  /** Whether writes are allowed for the ticket of an alert. Default: never. */
  readonly optIn?: (labels: Readonly<Record<string, string>>) => boolean;
}

/**
 * Reads what Alertmanager sends to a webhook (version 4). An alert is known by its fingerprint and the time it began
 * at: told again it is the same ticket. Its fingerprint alone is what it is known by when it fires anew.
 */
export function fromAlertmanager({ category, targets, optIn }: AlertmanagerOptions): IngestSource['read'] {
  return (given) =>
    message.parse(given).alerts.map(({ status, labels, annotations, startsAt, fingerprint }) => {
      const ticketId = `alert-${fingerprint}-${startsAt}`;
      const incidentKey = `alert-${fingerprint}`;
      if (status === 'resolved') {
        return { kind: 'over', ticketId, incidentKey, text: 'Alertmanager says that the alert is over.' };
      }
      const title = annotations['summary'] ?? labels['alertname'] ?? 'Alert';
      return {
        kind: 'opened',
        ticket: {
          ticketId,
          incidentKey,
          title,
          description: annotations['description'] ?? title,
          category: typeof category === 'string' ? category : category(labels),
          optedIn: optIn?.(labels) ?? false,
          priority: labels['severity'] ?? null,
          targets: targets?.(labels) ?? [],
          metadata: { labels, annotations, starts_at: startsAt },
        },
      };
    });
}
