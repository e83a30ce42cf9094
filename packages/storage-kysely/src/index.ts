export type { ColumnKinds, CommitKinds, FoundTable, RowOf, SqlDifferences, Trouble } from './differences.js';
export { type KyselyStorageOptions, kyselyStorage } from './kyselyStorage.js';
export { checksumOf, type MigrateOptions, type MigrationStep, migrate } from './migrate.js';
export { MIGRATIONS } from './migrations/index.js';
export type { Migration } from './migrations/migration.js';
export { parameterOf } from './prepared.js';
export type { Schema } from './schema.js';
export { guarded } from './sql.js';
