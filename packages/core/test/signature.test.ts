import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signatureOf } from '../src/domain/signature.js';

describe('a signature', () => {
  it('is the same for two tellings that differ only in what is masked', () => {
    const one = signatureOf('Host 10.0.0.1 lost link on GigabitEthernet0/1, see https://x.example/1 (ticket 4711)');
    const two = signatureOf('host 10.9.8.7 lost link on gigabitethernet0/24, see https://y.example/2 (ticket 12)');
    expect(two.hash).toBe(one.hash);
    expect(one.entities.map(({ kind }) => kind)).toEqual(['url', 'ip', 'interface', 'num']);
  });

  it.each([
    ['email', 'mail to ana@example.org fails'],
    ['uuid', 'job 0b9d6c3e-1f2a-4b5c-8d7e-9f0a1b2c3d4e died'],
    ['mac', 'port of 00:1a:2b:3c:4d:5e flaps'],
    ['path', 'no space on /var/lib/data'],
    ['host', 'web-01.dc2.corp does not answer'],
    ['hex', 'fault 0xdeadbeef'],
    ['num', 'disk is 97% full'],
  ])('masks every %s', (kind, text) => {
    expect(signatureOf(text).masked).toContain(`<${kind}>`);
  });

  it('is another one for another problem', () => {
    expect(signatureOf('disk full').hash).not.toBe(signatureOf('link down').hash);
  });

  it('has stems without stop words, sorted, each once', () => {
    expect(signatureOf('The servers are failing and the server fails').terms).toEqual(['fail', 'server']);
    expect(signatureOf('error 500 of 10.0.0.1').terms).toContain('500');
  });

  it('does not fail on any text, and says the same twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(signatureOf(text)).toEqual(signatureOf(text));
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});
