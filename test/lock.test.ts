import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>>; readonly resolved?: string }>
  >;
}

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as Lock;

it('the lock holds every platform of an optional package, or npm ci fails elsewhere (npm run lock adds them)', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([, version]) => /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name]) => name)
      .filter((name) => !lock.packages[`${path}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`]),
  );
  expect(missing).toEqual([]);
});

it('the lock names no registry', () => {
  const resolved = Object.values(lock.packages).flatMap(({ resolved: from }) => from ?? []);
  expect(resolved.filter((from) => /^https?:/.test(from))).toEqual([]);
});
