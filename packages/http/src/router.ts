import { Problem } from './problem.js';
import type { Method, Route } from './route.js';

/** A route that a request meant, with the decoded parts of its path. */
export interface Match {
  readonly route: Route;
  readonly path: Readonly<Record<string, string>>;
}

/** One part of a pattern: a word that must stand there, or a name for what does. */
type Part = { readonly word: string; readonly name?: never } | { readonly name: string; readonly word?: never };

interface Entry {
  readonly route: Route;
  readonly parts: readonly Part[];
}

function partOf(text: string): Part {
  const name = /^\{(\w+)\}$/.exec(text)?.[1];
  return name === undefined ? { word: text } : { name };
}

function matchSegments(parts: readonly Part[], segments: readonly string[]): Record<string, string> | null {
  for (const [at, { word }] of parts.entries()) {
    if (word === undefined ? segments[at] === '' : segments[at] !== word) return null;
  }
  const path: Record<string, string> = {};
  for (const [at, { name }] of parts.entries()) if (name !== undefined) path[name] = segments[at] ?? '';
  return path;
}

/** Decodes segment by segment, after splitting: an encoded slash is part of an id. */
function decodeSegments(path: string): readonly string[] {
  const segments = path.split('/');
  if (!path.includes('%')) return segments;
  return segments.map((segment) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      const detail = `The address has a malformed percent-encoding in "${segment}".`;
      throw new Problem('invalid_input', detail, {
        faults: [{ pointer: '', detail }],
        nextStep: 'Encode each part of the path as UTF-8 with percent-encoding, a slash as %2F.',
      });
    }
  });
}

/**
 * Finds the route of a request below a base path.
 * @throws Problem `not_found`, `method_not_allowed` (with the Allow header), `invalid_input` (percent-encoding).
 */
export function createRouter(routes: readonly Route[], basePath: string): (method: string, pathname: string) => Match {
  const byLength = new Map<number, Entry[]>();
  for (const route of routes) {
    const parts = route.pattern.split('/').map(partOf);
    byLength.set(parts.length, [...(byLength.get(parts.length) ?? []), { route, parts }]);
  }
  return (method, pathname) => {
    const below = pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : null;
    const segments = below === null ? [] : decodeSegments(below);
    const wanted = method === 'HEAD' ? 'GET' : method;
    const others: Method[] = [];
    for (const { route, parts } of byLength.get(segments.length) ?? []) {
      const path = matchSegments(parts, segments);
      if (path && route.method === wanted) return { route, path };
      if (path) others.push(route.method);
    }
    if (others.length === 0) {
      throw new Problem('not_found', `There is nothing at ${pathname}.`, {
        nextStep: `The routes lie under ${basePath === '' ? '/' : basePath}, for example ${basePath}/tickets.`,
      });
    }
    const allow = allowOf(others);
    throw new Problem('method_not_allowed', `${method} is not possible at ${pathname}; ${allow} is.`, {
      headers: { allow },
    });
  };
}

function allowOf(methods: readonly Method[]): string {
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
}
