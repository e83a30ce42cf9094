import { afterEach, describe, expect, it } from 'vitest';
import type { Reply } from '../src/connection.js';
import { WatchedTransport } from '../src/watchedTransport.js';
import { type Hostile, hostile } from './hostile.js';

const open: WatchedTransport[] = [];
afterEach(() => Promise.all(open.splice(0).map((transport) => transport.close())));

function transportTo({ server }: Hostile): WatchedTransport {
  const { command, args = [], env = {} } = server;
  const transport = new WatchedTransport({ command, args: [...args], env: { ...env } });
  open.push(transport);
  return transport;
}

const params = { name: 'good', arguments: {} };
const message = (id: number) => ({ jsonrpc: '2.0' as const, id, method: 'tools/call', params });

describe('the wire', () => {
  it('lets an admitted call through once, whoever above tries to send it again', async () => {
    const world = hostile();
    const transport = transportTo(world);
    await transport.start();
    let sent = 0;
    const reply = new Promise<Reply>((onReply) => {
      transport.watch.admit(params, { onSent: () => (sent += 1), onReply, onProgress: () => {} });
    });
    await transport.send(message(1));
    await expect(transport.send(message(1))).rejects.toThrow(/sent before/);
    await expect(transport.send(message(2))).rejects.toThrow(/sent before/);
    expect(await reply).toMatchObject({ kind: 'result' });
    // Ended first, so that everything written has been read.
    await transport.close();
    expect(world.calls()).toBe(1);
    expect(sent).toBe(1);
  });

  it('lets nothing through that was not admitted', async () => {
    const world = hostile();
    const transport = transportTo(world);
    await transport.start();
    await expect(transport.send(message(1))).rejects.toThrow(/not admitted/);
    await transport.close();
    expect(world.calls()).toBe(0);
  });

  it('does not call a message sent when there is no process to send it to', async () => {
    const transport = transportTo(hostile());
    let sent = 0;
    transport.watch.admit(params, { onSent: () => (sent += 1), onReply: () => {}, onProgress: () => {} });
    await expect(transport.send(message(1))).rejects.toThrow(/Not connected/);
    expect(sent).toBe(0);
  });
});
