import { describe, expect, it } from 'vitest';
import { Observers } from '../src/engine/observe.js';

const lifted = { haltId: 'h', tenant: 'acme', by: 'ana' };

describe('observers', () => {
  it('tell a one-time listener once, and the others every time', () => {
    const observers = new Observers();
    const told: string[] = [];
    observers.emitter.once('halt_lifted', () => told.push('once'));
    observers.emitter.on('halt_lifted', () => told.push('on'));
    observers.tell('halt_lifted', lifted);
    observers.tell('halt_lifted', lifted);
    expect(told).toEqual(['once', 'on', 'on']);
  });

  it('tell a one-time listener once, even when it makes the same thing happen again or throws', () => {
    const observers = new Observers();
    let told = 0;
    observers.emitter.once('halt_lifted', () => {
      told += 1;
      if (told < 5) observers.tell('halt_lifted', lifted);
      throw new Error('broken');
    });
    observers.tell('halt_lifted', lifted);
    observers.tell('halt_lifted', lifted);
    expect(told).toBe(1);
  });

  it('keep a listener that was added both ways', () => {
    const observers = new Observers();
    let told = 0;
    const listener = (): void => {
      told += 1;
    };
    observers.emitter.on('halt_lifted', listener);
    observers.emitter.once('halt_lifted', listener);
    observers.tell('halt_lifted', lifted);
    observers.tell('halt_lifted', lifted);
    expect(told).toBe(3);
  });
});
