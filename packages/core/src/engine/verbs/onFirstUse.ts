/** What people and programs ask of Remit: each answers later. */
type Verb = (...args: never[]) => Promise<unknown>;

/**
 * Stands for verbs until their code is there, so that importing core costs only what deciding needs.
 * @param names every one of them; one that is forgotten does not compile.
 * @param load imports and makes them, when one is first used. A load that failed is tried again by the next use.
 */
export function onFirstUse<Verbs extends { readonly [Name in keyof Verbs]: Verb }>(
  names: Readonly<Record<keyof Verbs, true>>,
  load: () => Promise<Verbs>,
): Verbs {
  let loading: Promise<Verbs> | undefined;
  const loaded = (): Promise<Verbs> => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  const standIn = (name: keyof Verbs) => [name, async (...args: never[]) => (await loaded())[name](...args)] as const;
  return Object.fromEntries((Object.keys(names) as (keyof Verbs)[]).map(standIn)) as Verbs;
}
