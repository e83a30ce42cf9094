export type { OpenedStorage, StorageCase, StorageCases } from './storage/world.js';
export { type StorageUnderTest, storageCaseNames, storageConformance } from './storageConformance.js';
