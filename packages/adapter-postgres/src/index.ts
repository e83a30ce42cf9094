export { postgresDifferences } from './postgresDifferences.js';
export { type PostgresConnection, type PostgresStorageOptions, postgresStorage } from './postgresStorage.js';
export { scratchPostgresStorage } from './scratchPostgresStorage.js';
