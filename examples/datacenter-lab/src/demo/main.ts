import { writeFileSync } from 'node:fs';
import { openStage } from './stage.js';
import {
  measureWithoutSync,
  playPortFlapping,
  playServiceDown,
  playStorageFull,
  type UseCaseResult,
} from './useCases.js';

const HELP = `npm run demo [-- --json] [--log FILE]
Breaks small real systems and lets Remit diagnose, score, decide, repair and learn: the three use cases, history
included. With --json the story is left out and the last line is one JSON object. --log keeps every row of the remediation log, one JSON line each.`;

async function play(json: boolean, logFile: string | undefined): Promise<void> {
  const say = json ? () => {} : (line: string) => console.log(line);
  let stage = await openStage();
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

/** The file that `--log FILE` names. */
function logFileOf(args: readonly string[]): string | undefined {
  const at = args.indexOf('--log');
  return at < 0 ? undefined : args[at + 1];
}

const args = process.argv.slice(2);
if (args.includes('--help')) console.log(HELP);
else await play(args.includes('--json'), logFileOf(args));
