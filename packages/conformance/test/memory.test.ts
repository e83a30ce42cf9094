import { memoryStorage, movableClock } from '@remit/core/testing';
import { storageConformance } from '../src/index.js';

storageConformance({
  name: 'memory',
  open: async () => {
    const clock = movableClock();
    return { storage: memoryStorage({ clock }), clock };
  },
  gaps: { 'persistence / everything is there after a restart': 'memory forgets all with the process' },
});
