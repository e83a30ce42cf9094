import { sqliteStorage } from '@remit/adapter-sqlite';
import { RemitError, type Storage } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';

/** Opens the store that `--store` names: `sqlite:FILE` or `memory`. @throws RemitError `invalid_configuration`. */
export async function openStore(spec: string): Promise<Storage> {
  if (spec === 'memory') return memoryStorage();
  const [, kind, rest] = /^(\w+):(.+)$/.exec(spec) ?? [];
  if (kind === 'sqlite' && rest) return sqliteStorage({ file: rest });
  throw new RemitError('invalid_configuration', `--store ${spec} is not a store that this version opens.`, {
    nextStep: 'Use --store sqlite:FILE or --store memory.',
  });
}
