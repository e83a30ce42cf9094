import { RemitError } from '../errors.js';

/** @throws RemitError `unknown_category` naming the known ones. */
export function requireCategory(category: string, categories: readonly string[]): void {
  if (categories.includes(category)) return;
  throw new RemitError('unknown_category', `"${category.slice(0, 100)}" is not a category.`, {
    nextStep: `Use one of ${categories.join(', ')}.`,
    faults: [{ pointer: '/category', detail: `must be one of ${categories.join(', ')}` }],
  });
}
