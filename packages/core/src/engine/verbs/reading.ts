import type { EngineContext } from '../context.js';
import { figureVerbs } from './figures.js';
import { patternVerbs } from './patterns.js';

export { verifyAudit } from '../verifyAudit.js';

/** How it goes and what was learned; loaded when somebody first asks. */
export const readingVerbs = (context: EngineContext) => ({ ...patternVerbs(context), ...figureVerbs(context) });
