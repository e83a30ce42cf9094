import { samePatterns } from '../../../test/samePatterns.js';
import { sqliteStorage } from '../src/index.js';

samePatterns({ name: 'SQLite', open: () => sqliteStorage({ file: ':memory:' }), tickets: 120 });
