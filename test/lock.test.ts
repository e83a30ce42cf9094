import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>>; readonly resolved?: string }>
  >;
}

const locks = ['package-lock.json', 'bench/package-lock.json', 'bench/http/package-lock.json'].map((name) => {
  const text = readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
  return [name, JSON.parse(text) as Lock] as const;
});

describe.each(locks)('%s', (_, lock) => {
  it('holds every platform of an optional package, or npm ci fails elsewhere (npm run lock adds them)', () => {
    const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.entries(optionalDependencies)
        .filter(([, version]) => /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([name]) => name)
        .filter((name) => !lock.packages[`${path}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`]),
    );
    expect(missing).toEqual([]);
  });

  it('names no registry', () => {
    const resolved = Object.values(lock.packages).flatMap(({ resolved: from }) => from ?? []);
    expect(resolved.filter((from) => /^https?:/.test(from))).toEqual([]);
  });
});
