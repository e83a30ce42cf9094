import { type Catalogue, type CatalogueEntry, type Check, defineAction, type Runbook } from '@remit/core';
import { z } from 'zod';

/*
 * What Remit may do in the lab, as an operator would write it: each action with the read that shows its fault, the
 * reads that must hold before, the reads that show that it worked, and its undo.
 */

const MIB = 1024 * 1024;
const DAY_SECONDS = 86_400;
/** A port whose counter is above this goes err-disabled again when it is bounced. */
const ERROR_LIMIT = 100;
const EDITOR = 'catalogue-owner';

const services = ['service:web', 'service:api', 'service:billing'];
const caches = ['cache:sessions', 'cache:catalog'];
const volumes = ['volume:ds1', 'volume:ds2'];
const interfaces = ['interface:Gi0/1', 'interface:Gi0/2', 'interface:Gi0/3'];
const pools = ['pool:orders', 'pool:emails'];
const deployments = ['deployment:shop', 'deployment:portal'];

const serviceStatus = { tool: 'lab/service_status', arguments: { service: '$target' } };
const cacheStatus = { tool: 'lab/cache_status', arguments: { cache: '$target' } };
const volumeStatus = { tool: 'lab/volume_status', arguments: { volume: '$target' } };
const interfaceStatus = { tool: 'lab/interface_status', arguments: { interface: '$target' } };
const poolStatus = { tool: 'lab/pool_status', arguments: { pool: '$target' } };
const deploymentStatus = { tool: 'lab/deployment_status', arguments: { deployment: '$target' } };

const isRunning: Check = {
  ...serviceStatus,
  expect: [
    { path: '/state', equals: 'running' },
    { path: '/httpStatus', equals: 200 },
  ],
};

const restartService = defineAction({
  name: 'restart_service',
  title: 'Restart a service',
  tool: 'lab/restart_service',
  class: 'safe_write',
  family: 'restart',
  categories: ['server', 'application'],
  arguments: z.strictObject({ service: z.string() }),
  targets: [{ kind: 'service', argument: '/service' }],
  allowedTargets: services,
  timeoutMs: 5_000,
  idempotent: true,
  dedupes: true,
  symptom: { ...serviceStatus, expect: [{ path: '/state', oneOf: ['crashed', 'hung'] }] },
  // The services look everything up in the directory: without it a restart would not help.
  prechecks: [
    {
      tool: 'lab/service_status',
      arguments: { service: 'directory' },
      expect: [{ path: '/responding', equals: true }],
    },
  ],
  snapshot: { ...serviceStatus, fields: ['/state'] },
  validation: [isRunning],
  reconcile: isRunning,
  irreversible: 'A restart cannot be taken back; what it loses was lost when the service stopped answering.',
  editedBy: EDITOR,
});

const servesWell: Check = {
  ...cacheStatus,
  expect: [
    { path: '/failingRequestsPercent', equals: 0 },
    { path: '/corruptEntries', equals: 0 },
  ],
};

const clearCache = defineAction({
  name: 'clear_cache',
  title: 'Clear a cache',
  tool: 'lab/clear_cache',
  class: 'safe_write',
  family: 'cache',
  categories: ['application', 'server'],
  arguments: z.strictObject({ cache: z.string() }),
  targets: [{ kind: 'cache', argument: '/cache' }],
  allowedTargets: caches,
  timeoutMs: 5_000,
  idempotent: true,
  dedupes: true,
  symptom: {
    ...cacheStatus,
    expect: [
      { path: '/failingRequestsPercent', atLeast: 1 },
      { path: '/corruptEntries', atLeast: 1 },
    ],
  },
  prechecks: [{ ...cacheStatus, expect: [{ path: '/responding', equals: true }] }],
  validation: [servesWell],
  reconcile: servesWell,
  irreversible: 'Entries are rebuilt from their origin on demand.',
  editedBy: EDITOR,
});

const expandVolume = defineAction({
  name: 'expand_volume',
  title: 'Expand a volume',
  tool: 'lab/expand_volume',
  class: 'critical_write',
  family: 'storage',
  categories: ['storage'],
  arguments: z.strictObject({
    volume: z.string(),
    toBytes: z
      .int()
      .min(MIB)
      .max(64 * MIB),
  }),
  targets: [{ kind: 'volume', argument: '/volume' }],
  allowedTargets: volumes,
  timeoutMs: 10_000,
  idempotent: true,
  dedupes: true,
  symptom: { ...volumeStatus, expect: [{ path: '/usedPercent', atLeast: 95 }] },
  prechecks: [{ ...volumeStatus, expect: [{ path: '/capacityBytes', atMost: 48 * MIB }] }],
  snapshot: {
    ...volumeStatus,
    fields: ['/capacityBytes', '/usedBytes'],
    // Users go on deleting and writing while an approver thinks.
    tolerances: { '/usedBytes': MIB },
  },
  backup: {
    tool: 'lab/backup_status',
    arguments: { volume: '$target' },
    expect: [
      { path: '/exists', equals: true },
      { path: '/verified', equals: true },
    ],
    agePath: '/ageSeconds',
    maxAgeSeconds: DAY_SECONDS,
  },
  validation: [
    {
      ...volumeStatus,
      expect: [
        { path: '/capacityBytes', atLeast: '$args.toBytes' },
        { path: '/usedPercent', atMost: 90 },
        { path: '/acceptsWrites', equals: true },
      ],
    },
  ],
  reconcile: { ...volumeStatus, expect: [{ path: '/capacityBytes', atLeast: '$args.toBytes' }] },
  irreversible: 'A volume in use cannot be shrunk safely.',
  editedBy: EDITOR,
});

const clearInterfaceErrors = defineAction({
  name: 'clear_interface_errors',
  title: 'Clear the error counter of an interface',
  tool: 'lab/clear_interface_errors',
  class: 'safe_write',
  family: 'network',
  categories: ['network'],
  arguments: z.strictObject({ interface: z.string() }),
  targets: [{ kind: 'interface', argument: '/interface' }],
  allowedTargets: interfaces,
  timeoutMs: 5_000,
  idempotent: true,
  dedupes: true,
  symptom: {
    ...interfaceStatus,
    expect: [
      { path: '/link', equals: 'flapping' },
      { path: '/errorCount', atLeast: ERROR_LIMIT },
    ],
  },
  prechecks: [{ ...interfaceStatus, expect: [{ path: '/adminUp', equals: true }] }],
  validation: [{ ...interfaceStatus, expect: [{ path: '/errorCount', atMost: ERROR_LIMIT - 1 }] }],
  counterReset: true,
  irreversible: 'The old count is gone; it is in the log of this remediation.',
  editedBy: EDITOR,
});

const bouncePort = defineAction({
  name: 'bounce_port',
  title: 'Bounce a port',
  tool: 'lab/bounce_port',
  class: 'safe_write',
  family: 'network',
  categories: ['network'],
  arguments: z.strictObject({ interface: z.string() }),
  targets: [{ kind: 'interface', argument: '/interface' }],
  allowedTargets: interfaces,
  timeoutMs: 5_000,
  idempotent: false,
  dedupes: true,
  symptom: { ...interfaceStatus, expect: [{ path: '/link', equals: 'flapping' }] },
  // Above the limit the switch would disable the port again.
  prechecks: [
    {
      ...interfaceStatus,
      expect: [
        { path: '/adminUp', equals: true },
        { path: '/errorCount', atMost: ERROR_LIMIT - 1 },
      ],
    },
  ],
  snapshot: { ...interfaceStatus, fields: ['/adminUp'] },
  validation: [
    {
      ...interfaceStatus,
      expect: [
        { path: '/link', equals: 'up' },
        { path: '/failedConnectionsPercent', equals: 0 },
      ],
    },
  ],
  reconcile: { ...interfaceStatus, expect: [{ path: '/link', equals: 'up' }] },
  // All that a bounce could leave behind is a port that is switched off.
  undo: {
    tool: 'lab/enable_port',
    arguments: { interface: '$args.interface' },
    validation: [{ ...interfaceStatus, expect: [{ path: '/adminUp', equals: true }] }],
  },
  editedBy: EDITOR,
});

const isEnabled: Check = {
  ...interfaceStatus,
  expect: [
    { path: '/adminUp', equals: true },
    { path: '/link', equals: 'up' },
  ],
};

const enablePort = defineAction({
  name: 'enable_port',
  title: 'Switch a port on',
  tool: 'lab/enable_port',
  class: 'safe_write',
  family: 'network',
  categories: ['network'],
  arguments: z.strictObject({ interface: z.string() }),
  targets: [{ kind: 'interface', argument: '/interface' }],
  allowedTargets: interfaces,
  timeoutMs: 5_000,
  idempotent: true,
  dedupes: true,
  symptom: { ...interfaceStatus, expect: [{ path: '/adminUp', equals: false }] },
  prechecks: [],
  snapshot: { ...interfaceStatus, fields: ['/adminUp'] },
  validation: [isEnabled],
  reconcile: isEnabled,
  undo: {
    tool: 'lab/disable_port',
    arguments: { interface: '$args.interface' },
    validation: [{ ...interfaceStatus, expect: [{ path: '/adminUp', equals: false }] }],
  },
  editedBy: EDITOR,
});

const scalePool = defineAction({
  name: 'scale_pool',
  title: 'Scale a worker pool',
  tool: 'lab/scale_pool',
  class: 'safe_write',
  family: 'scale',
  categories: ['application', 'cloud'],
  arguments: z.strictObject({ pool: z.string(), workers: z.int().min(1).max(16) }),
  targets: [{ kind: 'pool', argument: '/pool' }],
  allowedTargets: pools,
  timeoutMs: 5_000,
  idempotent: true,
  dedupes: true,
  symptom: { ...poolStatus, expect: [{ path: '/keepsUp', equals: false }] },
  prechecks: [{ ...poolStatus, expect: [{ path: '/maxWorkers', atLeast: '$args.workers' }] }],
  snapshot: { ...poolStatus, fields: ['/workers'] },
  validation: [
    {
      ...poolStatus,
      expect: [
        { path: '/workers', equals: '$args.workers' },
        { path: '/keepsUp', equals: true },
        { path: '/refusedJobsPercent', equals: 0 },
      ],
    },
  ],
  validationWithinMs: 4_000,
  reconcile: { ...poolStatus, expect: [{ path: '/workers', equals: '$args.workers' }] },
  undo: {
    tool: 'lab/scale_pool',
    arguments: { pool: '$args.pool', workers: '$before.workers' },
    validation: [{ ...poolStatus, expect: [{ path: '/workers', equals: '$before.workers' }] }],
  },
  editedBy: EDITOR,
});

const rollbackDeployment = defineAction({
  name: 'rollback_deployment',
  title: 'Roll a deployment back',
  tool: 'lab/rollback_deployment',
  class: 'safe_write',
  family: 'deploy',
  categories: ['application', 'cloud'],
  arguments: z.strictObject({ deployment: z.string(), toRelease: z.string().min(1) }),
  targets: [{ kind: 'deployment', argument: '/deployment' }],
  allowedTargets: deployments,
  timeoutMs: 5_000,
  idempotent: true,
  dedupes: true,
  symptom: { ...deploymentStatus, expect: [{ path: '/failingRequestsPercent', atLeast: 10 }] },
  prechecks: [{ ...deploymentStatus, expect: [{ path: '/previousRelease', notEquals: '' }] }],
  snapshot: { ...deploymentStatus, fields: ['/release'] },
  validation: [
    {
      ...deploymentStatus,
      expect: [
        { path: '/release', equals: '$args.toRelease' },
        { path: '/failingRequestsPercent', equals: 0 },
      ],
    },
  ],
  reconcile: { ...deploymentStatus, expect: [{ path: '/release', equals: '$args.toRelease' }] },
  undo: {
    tool: 'lab/activate_release',
    arguments: { deployment: '$args.deployment', release: '$before.release' },
    validation: [{ ...deploymentStatus, expect: [{ path: '/release', equals: '$before.release' }] }],
  },
  editedBy: EDITOR,
});

const actions: readonly CatalogueEntry[] = [
  restartService,
  clearCache,
  expandVolume,
  clearInterfaceErrors,
  bouncePort,
  enablePort,
  scalePool,
  rollbackDeployment,
];

const runbooks: readonly Runbook[] = [
  {
    name: 'service-down',
    title: 'A service does not answer',
    categories: ['server'],
    symptomTexts: [
      'service not responding',
      'service down',
      'service crashed',
      'service hangs',
      'service unreachable',
      'connection refused',
    ],
    steps: [{ action: 'restart_service', arguments: { service: '$target' } }],
  },
  {
    name: 'cache-corrupt',
    title: 'A cache serves errors',
    categories: ['application'],
    symptomTexts: ['cache errors', 'cache corrupt', 'cache returns server error', 'stale cache entries'],
    steps: [{ action: 'clear_cache', arguments: { cache: '$target' } }],
  },
  {
    name: 'volume-full',
    title: 'A volume is full',
    categories: ['storage'],
    symptomTexts: ['datastore capacity', 'volume full', 'disk full', 'no space left', 'writes refused'],
    steps: [
      {
        action: 'expand_volume',
        arguments: { volume: '$target', toBytes: { $sum: ['$observed.capacityBytes', 10 * MIB] } },
      },
    ],
  },
  {
    name: 'port-flapping',
    title: 'Interface errors make a port flap',
    categories: ['network'],
    symptomTexts: ['port flapping', 'interface errors', 'link flapping', 'connection resets'],
    steps: [
      { action: 'clear_interface_errors', arguments: { interface: '$target' } },
      { action: 'bounce_port', arguments: { interface: '$target' } },
    ],
  },
  {
    name: 'port-off',
    title: 'A port is switched off',
    categories: ['network'],
    symptomTexts: ['port down', 'port disabled', 'interface administratively down'],
    steps: [{ action: 'enable_port', arguments: { interface: '$target' } }],
  },
  {
    name: 'pool-overloaded',
    title: 'A worker pool cannot keep up',
    categories: ['application'],
    symptomTexts: ['queue growing', 'queue backlog', 'jobs delayed', 'workers overloaded'],
    steps: [
      {
        action: 'scale_pool',
        arguments: {
          pool: '$target',
          workers: { $least: ['$observed.maxWorkers', { $times: ['$observed.workers', 3] }] },
        },
      },
    ],
  },
  {
    name: 'bad-release',
    title: 'A release makes requests fail',
    categories: ['application'],
    symptomTexts: ['errors after deployment', 'errors since release', 'bad release', 'requests failing since rollout'],
    steps: [
      {
        action: 'rollback_deployment',
        arguments: { deployment: '$target', toRelease: '$observed.previousRelease' },
      },
    ],
  },
];

/** The action catalogue of the lab. */
export const labCatalogue: Catalogue = { actions, runbooks };
