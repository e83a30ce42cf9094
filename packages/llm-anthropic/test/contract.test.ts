import { analystConformance } from '@remit/conformance';
import { anthropicAnalyst } from '../src/index.js';
import { messagesApi, type Step, says } from './messagesApi.js';

const proposal = {
  reads: [],
  summary: 'The web service hangs.',
  root_cause: 'hung worker',
  hypotheses: [{ cause: 'hung worker', probability: 0.8 }],
  plan: [{ action: 'restart_service', arguments_json: '{"service":"web"}' }],
  evidence: ['health is down'],
  what_would_change_my_mind: 'A health read that is up.',
};
const score = { against: ['it may hang again'], probability: 0.72 };
/** By the question: the first one asks for a proposal, the second one for the score of the fixed plan. */
const answers: Step = (response, { body }) => says(body.messages.length > 1 ? score : proposal)(response);

analystConformance({
  name: 'anthropic',
  open: async () => {
    const api = await messagesApi([answers]);
    return { analyst: anthropicAnalyst({ model: 'm', apiKey: 'test', baseURL: api.baseURL }), close: api.close };
  },
});
