import type { Storage } from '@remit/core';
import type { MovableClock } from '@remit/core/testing';

/** A store that was opened for one case. */
export interface OpenedStorage {
  /** Empty. */
  readonly storage: Storage;
  /** The clock that the store reads; cases move it to let leases and windows pass. */
  readonly clock: MovableClock;
  /**
   * Closes the store and opens it again as a restarted process would. Left out by stores that forget; the cases that
   * need it must then be declared as gaps.
   */
  readonly reopen?: () => Promise<Storage>;
}

/** One thing that every store must do. Rejects when the store does not. */
export type StorageCase = (world: OpenedStorage) => Promise<void>;

/** Cases by what they say, grouped by the part of the port they speak of. */
export type StorageCases = Readonly<Record<string, StorageCase>>;
