import type { Catalogue, Check } from '@remit/core';
import { catalogueOf } from '../host/catalogue.js';

const isUp = (equals: boolean): Check => ({
  tool: 'ops/status',
  arguments: { service: '$target' },
  expect: [{ path: '/up', equals }],
});

/** The action of the short run, on services that really break and get well, with a read that can tell what happened. */
export function longCatalogue(services: readonly string[]): Catalogue {
  const { actions, runbooks } = catalogueOf(services);
  return {
    runbooks,
    actions: actions.map((action) => ({
      ...action,
      timeoutMs: 1_500,
      symptom: isUp(false),
      validation: [isUp(true)],
      reconcile: isUp(true),
      undo: { tool: 'ops/restore', arguments: { service: '$target' }, validation: [isUp(false)] },
    })),
  };
}
