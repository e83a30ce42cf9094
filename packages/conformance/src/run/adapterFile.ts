import type { StorageUnderTest } from '../storageConformance.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the module whose default export is the store under test. */
    remitAdapter: string;
  }
}

/** What the module of an adapter has to export as its default. */
export interface AdapterModule {
  readonly default: StorageUnderTest;
}
