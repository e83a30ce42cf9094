import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../labError.js';
import { deleteBackups, takeBackup } from '../systems/backup.js';
import { clearCache, prepareCache, useCache } from '../systems/cache.js';
import { prepareDeployment } from '../systems/deployment.js';
import { useService } from '../systems/service.js';
import { type ManagedSystem, type SystemKind, systemNames } from '../systems/system.js';
import { prepareVolume } from '../systems/volume.js';
import { type Program, type ProgramSettings, superviseProgram } from './program.js';

const programFiles: Record<SystemKind, string> = {
  service: 'serviceProgram.mjs',
  cache: 'cacheProgram.mjs',
  volume: 'volumeProgram.mjs',
  interface: 'interfaceProgram.mjs',
  pool: 'poolProgram.mjs',
  deployment: 'deploymentProgram.mjs',
};

/** All systems of one lab with their processes. */
export interface Estate {
  /** Prepares every folder and starts every process. */
  start(): Promise<void>;
  /** Brings everything back to the state after `start`. Healthy services keep their process. */
  heal(): Promise<void>;
  /** Ends every process. */
  stop(): Promise<void>;
  systems(): ManagedSystem[];
  /** @throws LabError `unknown_name` */
  system(name: string): ManagedSystem;
  /** @throws LabError `unknown_name` */
  program(name: string): Program;
}

interface Member {
  kind: SystemKind;
  name: string;
  folder: string;
  backups: string;
  settings: ProgramSettings;
  program: Program;
}

/** Describes the systems under `folder`. Nothing runs before `start`. */
export function describeEstate({ folder, token }: { folder: string; token: string }): Estate {
  const echo = superviseProgram('echoProgram.mjs', { name: 'echo', folder, token, echoPort: 0 });
  const members: Member[] = Object.entries(systemNames).flatMap(([key, names]) => {
    const kind = key as SystemKind;
    return names.map((name) => {
      const own = join(folder, `${kind}s`, name.replace('/', '-'));
      const settings = { name, folder: own, token, echoPort: 0 };
      const backups = kind === 'volume' ? join(folder, 'backups', name) : '';
      return { kind, name, folder: own, backups, settings, program: superviseProgram(programFiles[kind], settings) };
    });
  });

  function find(name: string): Member {
    const member = members.find((each) => each.name === name);
    if (member) return member;
    const there = members.map((each) => each.name).join(', ');
    throw new LabError('unknown_name', `There is no system "${name}". There is: ${there}.`);
  }

  function describe({ name, kind, folder, backups, program }: Member): ManagedSystem {
    const { port, managementPort, pid, restarts } = program;
    return { name, kind, port, managementPort, pid, restarts, folder, backups, token };
  }

  async function prepare(member: Member): Promise<void> {
    await mkdir(member.folder, { recursive: true });
    if (member.kind === 'cache') await prepareCache(member.folder);
    if (member.kind === 'deployment') await prepareDeployment(member.folder);
    if (member.kind !== 'volume') return;
    await prepareVolume(member.folder);
    await deleteBackups(describe(member));
    await takeBackup(describe(member));
  }

  async function start(member: Member): Promise<void> {
    await prepare(member);
    await member.program.start();
    if (member.kind === 'cache') await useCache(describe(member));
  }

  async function heal(member: Member): Promise<void> {
    const { kind, program } = member;
    if (kind === 'service' && program.restarts === 0 && (await useService(describe(member))).ok) return;
    if (kind === 'cache') {
      await clearCache(describe(member));
      await useCache(describe(member));
    } else await prepare(member);
    if (kind === 'service' || kind === 'interface' || kind === 'pool') await program.reset();
  }

  return {
    start: async () => {
      await echo.start();
      for (const member of members) member.settings.echoPort = echo.port;
      // All of them get their end before a failure is passed on: nothing may start behind the back of `stop`.
      const results = await Promise.allSettled(members.map(start));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    },
    heal: async () => {
      await Promise.all(members.map(heal));
    },
    stop: async () => {
      await Promise.all([echo, ...members.map((member) => member.program)].map((program) => program.kill()));
    },
    systems: () => members.map(describe),
    system: (name) => describe(find(name)),
    program: (name) => find(name).program,
  };
}
