import { sameAsMemory } from '../../../test/sameAsMemory.js';
import { sqliteStorage } from '../src/index.js';

sameAsMemory({ name: 'SQLite', open: (clock) => sqliteStorage({ file: ':memory:', clock }), sequences: 80 });
