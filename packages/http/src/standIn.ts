/** What a class lets its stand-ins do. */
type Own = Readonly<Record<PropertyKey, unknown>>;

/**
 * Lets the objects of a class stand in for those of one that is costly to make: what the class does not say itself is
 * asked of the real object, which is made on the first such question. `instanceof` holds. Where a platform looks inside
 * (`new Request(request)`), Node 20 finds the real one; later versions refuse with a TypeError, and `clone()` helps.
 * @param standing the prototype of the class that stands in.
 * @param example an object of the other class.
 */
export function standIn<Real extends object>(standing: object, example: Real, real: (self: unknown) => Real): void {
  const prototype = Object.getPrototypeOf(example) as Own;
  Object.setPrototypeOf(standing, prototype);
  const inside = Object.getOwnPropertySymbols(example);
  for (const name of [...Reflect.ownKeys(prototype), ...inside]) {
    if (Object.hasOwn(standing, name)) continue;
    const { get, value } = Object.getOwnPropertyDescriptor(prototype, name) ?? { get: () => undefined };
    if (typeof value === 'function') {
      Object.defineProperty(standing, name, {
        value(this: unknown, ...given: unknown[]) {
          return Reflect.apply(value, real(this), given);
        },
      });
    } else if (get) {
      Object.defineProperty(standing, name, {
        get(this: unknown) {
          return Reflect.get(real(this), name) as unknown;
        },
      });
    }
  }
}
