import type { JsonLimits } from './policy.js';

/**
 * What keeps a value from being handled as JSON: nested too deep, too large, or not JSON at all; null when nothing does.
 * It looks level by level and stops at the limits, so that a hostile value can neither overflow the stack nor take
 * long. Sizes are counted in characters of text, keys and literals; cycles end at the depth.
 */
export function jsonFault(value: unknown, limits: JsonLimits): string | null {
  if (isFlatWithin(value, limits)) return null;
  let size = 0;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limits.depth) return `it is nested more than ${limits.depth} deep`;
    const next: unknown[] = [];
    for (const item of level) {
      size += 1 + sizeOf(item);
      if (size > limits.characters) return `it is larger than ${limits.characters} characters`;
      if (typeof item === 'object' && item !== null) {
        const isList = Array.isArray(item);
        for (const key of Object.keys(item)) {
          if (!isList) size += key.length + 1;
          const inner = (item as Readonly<Record<string, unknown>>)[key];
          // A field without a value is not written, so it is none.
          if (inner === undefined) continue;
          // What holds nothing further is counted at once.
          if (depth < limits.depth && isLiteral(inner)) size += 1 + sizeOf(inner);
          else next.push(inner);
        }
        if (size + next.length > limits.characters) return `it is larger than ${limits.characters} characters`;
      } else if (typeof item === 'number' ? !Number.isFinite(item) : !isLiteral(item)) {
        return 'it is not JSON';
      }
    }
    level = next;
  }
  return null;
}

/** Whether a value is an object of literals within the limits: as nearly all are, and then there are no levels to walk. */
function isFlatWithin(value: unknown, { depth, characters }: JsonLimits): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth < 1) return false;
  let size = 1;
  for (const key of Object.keys(value)) {
    const inner = (value as Readonly<Record<string, unknown>>)[key];
    if (!isLiteral(inner) && !Number.isFinite(inner)) return false;
    size += key.length + 2 + sizeOf(inner);
  }
  return size <= characters;
}

function sizeOf(item: unknown): number {
  return typeof item === 'string' ? item.length : 0;
}

function isLiteral(item: unknown): boolean {
  return item === null || typeof item === 'string' || typeof item === 'boolean';
}
