import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLab, readEffects } from './harness.js';

let opened: Awaited<ReturnType<typeof openLab>>;
beforeAll(async () => {
  opened = await openLab();
});
afterAll(() => opened?.close());

const reads = [
  'list_systems',
  'service_status',
  'cache_status',
  'volume_status',
  'backup_status',
  'interface_status',
  'pool_status',
  'deployment_status',
];
const writes = [
  'restart_service',
  'clear_cache',
  'expand_volume',
  'take_backup',
  'clear_interface_errors',
  'bounce_port',
  'enable_port',
  'disable_port',
  'scale_pool',
  'rollback_deployment',
  'activate_release',
];

describe('the tools', () => {
  it('are all there, with schemas and honest hints', async () => {
    const { tools } = await opened.session.client.listTools();
    expect(tools.map((tool) => tool.name).sort()).toEqual([...reads, ...writes].sort());
    for (const tool of tools) {
      expect(tool.inputSchema['additionalProperties']).toBe(false);
      expect(tool.outputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(tool.annotations?.readOnlyHint).toBe(reads.includes(tool.name));
    }
    const destructive = tools.filter((tool) => tool.annotations?.destructiveHint).map((tool) => tool.name);
    expect(destructive).toEqual(['disable_port']);
    const repeatable = tools.filter((tool) => !tool.annotations?.idempotentHint).map((tool) => tool.name);
    expect(repeatable.sort()).toEqual(['bounce_port', 'restart_service', 'take_backup']);
  });

  it('list the systems', async () => {
    expect(await opened.session.call('list_systems', {})).toEqual({
      services: ['web', 'api', 'billing', 'directory'],
      caches: ['sessions', 'catalog'],
      volumes: ['ds1', 'ds2'],
      interfaces: ['Gi0/1', 'Gi0/2', 'Gi0/3'],
      pools: ['orders', 'emails'],
      deployments: ['shop', 'portal'],
    });
  });

  const unknown: Array<[string, Record<string, unknown>, string]> = [
    ['service_status', { service: 'ds1' }, 'There is no service "ds1". There is: web, api, billing, directory.'],
    ['restart_service', { service: '../web' }, 'There is no service "../web". There is: web, api, billing, directory.'],
    ['volume_status', { volume: '*' }, 'There is no volume "*". There is: ds1, ds2.'],
    ['expand_volume', { volume: 'ds3', toBytes: 1 }, 'There is no volume "ds3". There is: ds1, ds2.'],
    ['bounce_port', { interface: 'Gi9/9' }, 'There is no interface "Gi9/9". There is: Gi0/1, Gi0/2, Gi0/3.'],
    ['activate_release', { deployment: 'shop', release: '9' }, 'shop has no release "9". There is: 1.0, 1.1.'],
  ];
  it.each(unknown)('%s of %j is an error that says what there is', async (tool, input, sentence) => {
    expect((await opened.session.reply(tool, input)).error).toBe(sentence);
    expect(await readEffects(opened.lab)).toEqual([]);
  });

  const refused: Array<[string, Record<string, unknown>, RegExp]> = [
    ['expand_volume', { volume: 'ds2', toBytes: 1024 }, /cannot shrink/],
    ['expand_volume', { volume: 'ds2', toBytes: 2 ** 40 }, /at most/],
    ['scale_pool', { pool: 'orders', workers: 0 }, /1 to 16/],
    ['rollback_deployment', { deployment: 'shop', toRelease: '9' }, /no release/],
    ['service_status', { service: 'web', verbose: true }, /Unrecognized key/],
    ['expand_volume', { volume: 'ds2', toBytes: '20' }, /expected number/],
  ];
  it.each(refused)('%s of %j is refused without an effect', async (tool, input, sentence) => {
    expect((await opened.session.reply(tool, input)).error).toMatch(sentence);
    expect(await readEffects(opened.lab)).toEqual([]);
  });

  it('go back to an older release and forward again, each with its own tool', async () => {
    const { session } = opened;
    const shop = { deployment: 'shop' };
    await session.call('rollback_deployment', { ...shop, toRelease: '1.0' });
    expect(await session.call('deployment_status', shop)).toMatchObject({ release: '1.0', previousRelease: '' });
    const { error } = await session.reply('rollback_deployment', { ...shop, toRelease: '1.1' });
    expect(error).toContain('use activate_release');
    await session.call('activate_release', { ...shop, release: '1.1' });
    expect(await session.call('deployment_status', shop)).toMatchObject({ release: '1.1', previousRelease: '1.0' });
  });

  it('take a volume back to its old size as long as the data fits', async () => {
    const { session } = opened;
    const { capacityBytes } = await session.call('volume_status', { volume: 'ds2' });
    await session.call('expand_volume', { volume: 'ds2', toBytes: 2 * Number(capacityBytes) });
    expect(await session.call('expand_volume', { volume: 'ds2', toBytes: capacityBytes })).toMatchObject({
      capacityBytes,
    });
  });
});
