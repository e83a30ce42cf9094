import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openLab } from './harness.js';

let opened: Awaited<ReturnType<typeof openLab>>;
beforeAll(async () => {
  opened = await openLab();
});
afterEach(() => opened.lab.heal());
afterAll(() => opened?.close());

describe('a flapping interface', () => {
  const port = { interface: 'Gi0/1' };

  it('stays bad when it is bounced with its errors still on the counter', async () => {
    const { lab, session } = opened;
    await lab.inject('Gi0/1-flapping');
    expect(await session.call('bounce_port', port)).toEqual({ ...port, link: 'flapping' });
    const status = await session.call('interface_status', port);
    expect(status).toMatchObject({ link: 'flapping', adminUp: true });
    expect(status['errorCount']).toBeGreaterThan(100);
    expect(await lab.probe('Gi0/1')).toMatchObject({ ok: false });
  });

  it('stays bad when only its counter is cleared, and counts again', async () => {
    const { lab, session } = opened;
    await lab.inject('Gi0/1-flapping');
    const { clearedErrors } = await session.call('clear_interface_errors', port);
    expect(clearedErrors).toBeGreaterThan(100);
    expect(await session.call('interface_status', port)).toMatchObject({ link: 'flapping', errorCount: 0 });
    const { errorCount } = await session.call('interface_status', port);
    expect(errorCount).toBeGreaterThan(0);
    expect(await lab.probe('Gi0/1')).toMatchObject({ ok: false });
  });

  it('recovers when it is cleared first and then bounced, after a wrong order too', async () => {
    const { lab, session } = opened;
    await lab.inject('Gi0/1-flapping');
    await session.call('bounce_port', port);
    await session.call('clear_interface_errors', port);
    expect(await session.call('bounce_port', port)).toEqual({ ...port, link: 'up' });
    expect(await lab.probe('Gi0/1')).toMatchObject({ ok: true });
  });

  it('cannot be bounced while it is switched off', async () => {
    const { session } = opened;
    expect(await session.call('disable_port', port)).toEqual({ ...port, adminUp: false });
    expect((await session.reply('bounce_port', port)).error).toContain('Gi0/1');
    expect(await session.call('enable_port', port)).toEqual({ ...port, adminUp: true });
    expect(await session.call('interface_status', port)).toMatchObject({ link: 'up' });
  });
});
