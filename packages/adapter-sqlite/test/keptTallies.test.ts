import { keptTallies } from '../../../test/keptTallies.js';
import { sqliteStorage } from '../src/index.js';

keptTallies({ name: 'SQLite', open: (clock) => sqliteStorage({ file: ':memory:', clock }), sequences: 30 });
