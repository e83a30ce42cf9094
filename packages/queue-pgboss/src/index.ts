export { type PgBossConnection, type PgBossQueueOptions, pgBossQueue } from './pgBossQueue.js';
