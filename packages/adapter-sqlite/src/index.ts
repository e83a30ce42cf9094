export type { BetterStatement, NodeStatement, SqliteDriver } from './drivers.js';
export { SQLITE } from './sqliteDifferences.js';
export { type SqliteStorageOptions, sqliteStorage } from './sqliteStorage.js';
