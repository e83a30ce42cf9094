import type { Catalogue } from '@remit/core';
import { raceCatalogue } from '../race/catalogue.js';

/** Tickets of the test, each on a target of its own; the second half needs a person's approval. */
export const TICKETS = 60;
/** What needs no person, and what does. */
export const CATEGORIES = ['server', 'application'] as const;

/** The safe write of the races, in both categories and on as many targets as there are tickets. */
export const catalogue: Catalogue = {
  ...raceCatalogue,
  actions: raceCatalogue.actions.map((action) => ({
    ...action,
    categories: [...CATEGORIES],
    allowedTargets: Array.from({ length: TICKETS }, (_, n) => `service:s${n}`),
  })),
};
