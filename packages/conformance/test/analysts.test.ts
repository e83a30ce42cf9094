import { chain, runbookAnalyst } from '@remit/core';
import { scriptedAnalyst } from '@remit/core/testing';
import { analystConformance } from '../src/index.js';

const plan = { actions: [{ action: 'restart_service', arguments: { service: 'web' } }] };

analystConformance({ name: 'runbook', open: async () => ({ analyst: runbookAnalyst() }) });
analystConformance({ name: 'scripted', open: async () => ({ analyst: scriptedAnalyst({ plan }) }) });
analystConformance({
  name: 'chain',
  open: async () => ({ analyst: chain([runbookAnalyst(), scriptedAnalyst({ plan })]) }),
});
