import { RemitError } from '@remit/core';
import { describe, expect, it } from 'vitest';
import { type McpClient, type McpExecutorOptions, mcpExecutor } from '../src/index.js';

const client: McpClient = { listTools: async () => ({}), callTool: async () => ({}), close: async () => {} };

function faults(options: unknown): string[] {
  try {
    mcpExecutor(options as McpExecutorOptions);
    return [];
  } catch (error) {
    if (!RemitError.is(error)) throw error;
    expect(error.code).toBe('invalid_configuration');
    expect(error.nextStep).toBeTruthy();
    return error.faults.map(({ pointer }) => pointer);
  }
}

describe('the options', () => {
  it.each([
    { why: 'no servers', options: { servers: {} }, at: ['/servers'] },
    { why: 'servers missing', options: {}, at: ['/servers'] },
    { why: 'a slash in a name', options: { servers: { 'a/b': { client } } }, at: ['/servers/a~1b'] },
    { why: 'an empty name', options: { servers: { '': { client } } }, at: ['/servers/'] },
    { why: 'neither command nor client', options: { servers: { a: {} } }, at: ['/servers/a'] },
    { why: 'both', options: { servers: { a: { client, command: 'x' } } }, at: ['/servers/a'] },
    { why: 'an empty command', options: { servers: { a: { command: '' } } }, at: ['/servers/a'] },
    { why: 'half a client', options: { servers: { a: { client: { close() {} } } } }, at: ['/servers/a'] },
    {
      why: 'several faults at once',
      options: {
        servers: { a: { client } },
        trustedReads: ['b/c', 'x'],
        maxOutputBytes: 0,
        connectTimeoutMs: Number.NaN,
      },
      at: ['/trustedReads/0', '/trustedReads/1', '/maxOutputBytes', '/connectTimeoutMs'],
    },
    { why: 'nothing wrong', options: { servers: { a: { client } }, trustedReads: ['a/b/c'] }, at: [] },
  ])('with $why', ({ options, at }) => {
    expect(faults(options)).toEqual(at);
  });
});
