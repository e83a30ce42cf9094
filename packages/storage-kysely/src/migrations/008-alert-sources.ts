import type { Migration } from './migration.js';

/** Which source of alerts printed a telling: lines of one program are compared by their template. */
export const alertSources: Migration = {
  version: 8,
  name: 'alert_sources',
  makes: [],
  statements: ({ types: { text } }) => [`alter table pattern_exemplars add column source ${text}`],
};
