export { ANALYST_CASES, type AnalystCase, type OpenedAnalyst } from './analyst/cases.js';
export { type AnalystUnderTest, analystConformance } from './analystConformance.js';
export { EXECUTOR_CASES, type ExecutorCase, type ExecutorCases, type OpenedExecutor } from './executor/cases.js';
export { type ExecutorUnderTest, executorConformance } from './executorConformance.js';
export type { OpenedQueue, QueueCase, QueueCases } from './queue/cases.js';
export { type QueueUnderTest, queueConformance } from './queueConformance.js';
export type { OpenedStorage, StorageCase, StorageCases } from './storage/world.js';
export { type StorageUnderTest, storageCaseNames, storageConformance } from './storageConformance.js';
