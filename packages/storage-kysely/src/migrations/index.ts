import { initial } from './001-initial.js';
import { audit } from './002-audit.js';
import { guarantee } from './003-guarantee.js';
import { wire } from './004-wire.js';
import { tallies } from './005-tallies.js';
import { tracks } from './006-tracks.js';
import { incidents } from './007-incidents.js';
import { alertSources } from './008-alert-sources.js';
import { days } from './009-days.js';
import { people } from './010-people.js';
import { runs } from './011-runs.js';
import { foldings } from './013-foldings.js';
import { blocks } from './014-blocks.js';
import type { Migration } from './migration.js';

/** Every migration, in order. A new one is added at the end; none is ever edited. */
export const MIGRATIONS: readonly Migration[] = [
  initial,
  audit,
  guarantee,
  wire,
  tallies,
  tracks,
  incidents,
  alertSources,
  days,
  people,
  runs,
  foldings,
  blocks,
];
