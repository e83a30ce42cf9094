import { register } from 'node:module';

/* Loaded with --import: whoever imports vitest gets asVitest.ts, which runs on mocha. */

const shim = new URL('./asVitest.ts', import.meta.url).href;
const hooks = `export const resolve = (name, context, next) =>
  name === 'vitest' ? next(${JSON.stringify(shim)}, context) : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
