import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { createRemit, type LogRow, type Policy, type Remit } from '@remit/core';
import { type ShiftedClock, shiftedClock } from '@remit/core/testing';
import { mcpExecutor } from '@remit/executor-mcp';
import { type Lab, startLab } from '../lab.js';
import { type Analysing, analysingBy } from './analyst.js';
import { openConsole, type TechnicianConsole } from './console.js';
import { operator } from './people.js';
import { type TimedExecutor, timedExecutor } from './stopwatch.js';

/** Everything the demo plays on: real systems, a real MCP server, a SQLite file, and Remit. */
export interface Stage {
  readonly lab: Lab;
  readonly clock: ShiftedClock;
  readonly executor: TimedExecutor;
  readonly byHand: TechnicianConsole;
  readonly remit: Remit;
  /** How long a ticket may take until it rests, ms. */
  readonly patienceMs: number;
  /** Every log row so far, in order. */
  readonly rows: readonly LogRow[];
  /** Keeps the rows of a ticket. */
  keep(rows: readonly LogRow[]): void;
  /** Changes parts of a policy, as its operator. */
  changePolicy(category: string, change: Partial<Policy>): Promise<void>;
  /** Stops Remit and opens the same file again without waiting for the disk. */
  reopenWithoutSync(): Promise<Stage>;
  close(): Promise<void>;
}

interface Props {
  readonly lab: Lab;
  readonly clock: ShiftedClock;
  readonly folder: string;
  readonly byHand: TechnicianConsole;
  readonly rows: LogRow[];
  readonly analysing: Analysing;
}

async function open(props: Props, synchronous: 'full' | 'off'): Promise<Stage> {
  const { lab, clock, folder, byHand, rows, analysing } = props;
  const { analyst, catalogue, patienceMs } = analysing;
  const storage = await sqliteStorage({ file: join(folder, 'remit.sqlite'), clock, synchronous });
  const executor = timedExecutor(mcpExecutor({ servers: { lab: lab.mcpServer() } }));
  const remit = createRemit({ storage, executor, analyst, catalogue, clock });
  remit.events.on('trouble', ({ where, error }) => console.error(`trouble in ${where}:`, error));
  await remit.start();
  return {
    lab,
    clock,
    executor,
    byHand,
    remit,
    patienceMs,
    rows,
    keep: (more) => {
      rows.push(...more);
    },
    async changePolicy(category, policy) {
      const { version } = await remit.policyOf(operator, category);
      await remit.setPolicy(operator, category, { policy, expectedVersion: version });
    },
    async reopenWithoutSync() {
      await remit.close();
      return open(props, 'off');
    },
    async close() {
      await remit.close();
      await byHand.close();
      await lab.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts the lab and Remit on top of it. */
export async function openStage(analysing: Analysing = analysingBy('runbook', {})): Promise<Stage> {
  const lab = await startLab();
  const folder = await mkdtemp(join(tmpdir(), 'remit-demo-'));
  const byHand = await openConsole(lab);
  return open({ lab, clock: shiftedClock(), folder, byHand, rows: [], analysing }, 'full');
}
