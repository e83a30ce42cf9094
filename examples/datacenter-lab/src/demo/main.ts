import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { RemitError } from '@remit/core';
import { type Analysing, analysingBy } from './analyst.js';
import { openStage } from './stage.js';
import {
  measureWithoutSync,
  playPortFlapping,
  playServiceDown,
  playStorageFull,
  type UseCaseResult,
} from './useCases.js';

const HELP = `npm run demo [-- --json] [--log FILE] [--analyst runbook|anthropic]
Breaks small real systems and lets Remit diagnose, score, decide, repair and learn: the three use cases, history
included. With --json the story is left out and the last line is one JSON object. --log keeps every row of the remediation log, one JSON line each.
--analyst anthropic takes the runbooks away and has a model find out what to do, until it is learned; the key is read
from ANTHROPIC_API_KEY, the model's name from REMIT_MODEL.
Ends with 0 when every system was served again, with 1 when one was not, with 2 when it could not begin.`;

async function play(analysing: Analysing, json: boolean, logFile: string | undefined): Promise<void> {
  const say = json ? () => {} : (line: string) => console.log(line);
  let stage = await openStage(analysing);
  try {
    say(
      `The lab is up in ${stage.lab.folder}. Between two incidents Remit's clock moves 25 h forward; everything else,`,
    );
    say('effects, health, durations and the age of backups, is real time.');
    const useCases: UseCaseResult[] = [];
    for (const playOne of [playServiceDown, playStorageFull, playPortFlapping])
      useCases.push(...(await playOne(stage, say)));
    stage = await stage.reopenWithoutSync();
    const withoutSync = await measureWithoutSync(stage, say);
    if (logFile !== undefined) writeFileSync(logFile, stage.rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    if (json) console.log(JSON.stringify({ useCases, withoutSync }));
    if (!useCases.every(({ fixed }) => fixed)) process.exitCode = 1;
  } finally {
    await stage.close();
  }
}

interface Asked {
  readonly json: boolean;
  readonly log: string | undefined;
  readonly help: boolean;
  readonly analysing: Analysing;
}

function asked(args: readonly string[]): Asked {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      log: { type: 'string' },
      analyst: { type: 'string', default: 'runbook' },
    },
  });
  const { json, log, help, analyst } = values;
  return { json, log, help, analysing: analysingBy(help ? 'runbook' : analyst, process.env) };
}

let given: Asked | null = null;
try {
  given = asked(process.argv.slice(2));
} catch (error) {
  const next = error instanceof RemitError ? ` ${error.nextStep}` : '';
  console.error(`${error instanceof Error ? error.message : error}${next}`);
  process.exitCode = 2;
}
if (given?.help) console.log(HELP);
else if (given) await play(given.analysing, given.json, given.log);
