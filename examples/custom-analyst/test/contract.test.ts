import { analystConformance } from '@remit/conformance';
import { knownErrors } from '../src/knownErrors.js';

analystConformance({
  name: 'known errors',
  open: async () => ({
    analyst: knownErrors([
      {
        words: ['not responding'],
        cause: 'The service hangs.',
        action: 'restart_service',
        arguments: { service: 'web' },
        look: { tool: 'lab/health', arguments: { service: 'web' }, shows: { up: false } },
        helped: 9,
        tried: 10,
      },
    ]),
  }),
});
