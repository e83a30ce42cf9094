import { inject } from 'vitest';
import { storageConformance } from '../storageConformance.js';
import type { AdapterModule } from './adapterFile.js';

/* The test file that the runner runs: the contract for the store that a module exports. */

const module = (await import(inject('remitAdapter'))) as AdapterModule;
storageConformance(module.default);
