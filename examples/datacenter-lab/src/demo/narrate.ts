import type { LogRow, RuleLooked, Verdict } from '@remit/core';
import type { Incident } from './incident.js';

/** Where the story goes: to the terminal, or nowhere when only JSON is wanted. */
export type Say = (line: string) => void;

const one = (value: number): string => value.toFixed(1);

/** One line about an incident: enough to watch a pattern grow. */
export function sayShortly(say: Say, n: number, { view, by, fixed, seconds }: Incident): void {
  const { assessment } = view.ticket;
  const { score = 0, level = 'low' } = assessment?.reliability ?? {};
  const { route, reason } = assessment?.decision ?? {};
  const where = `${one(score)} ${level}`.padEnd(15);
  say(
    `  ${String(n).padStart(2)} earlier  ${where}  ${`${route} (${reason})`.padEnd(38)}  fixed by ${by}: ${fixed}  ${one(seconds)} s`,
  );
}

function sayRule({ rule, reason, applies, inputs }: RuleLooked): string {
  return `${applies ? '->' : '  '} ${String(rule).padEnd(7)} ${reason} ${JSON.stringify(inputs)}`;
}

const sayVerdict = ({ check, answer, because }: Verdict): string => `${check}: ${answer}. ${because}`;

function sayRow({ event, seq, actor }: LogRow): string {
  const told = (): string => {
    switch (event.type) {
      case 'proposed':
        return `${event.decision.route} because of ${event.decision.reason}`;
      case 'approval_requested':
        return `binding ${event.bindingHash.slice(0, 12)}`;
      case 'action_intended':
        return `${event.direction} ${event.tool} ${JSON.stringify(event.arguments)}`;
      case 'action_settled':
        return `${event.outcome}: ${event.detail} in ${event.tookMs} ms`;
      case 'validated':
        return `${event.passed ? 'passed' : 'failed'}: ${event.checks.map(({ tool }) => tool).join(', ')}`;
      default:
        return '';
    }
  };
  return `${String(seq).padStart(2)} ${event.type} by ${actor} ${told()}`;
}

/** The whole story of one incident: factors, score, decision and why, checks, actions, validation, log. */
export function sayAtLength(say: Say, incident: Incident): void {
  const { view, log, fixed, seconds, engineMs } = incident;
  const { assessment } = view.ticket;
  if (!assessment) return;
  const { analysis, reliability, decision } = assessment;
  const { aiConfidence, humanFeedback, historicalSuccess, patternRecognition } = reliability.factors;
  say(`  ticket      ${view.ticket.description}`);
  say(`  analysis    ${analysis.summary}`);
  for (const sentence of analysis.evidence) say(`              ${sentence}`);
  say(
    `  factors     AI ${one(aiConfidence)}, feedback ${one(humanFeedback)}, history ${one(historicalSuccess)}, pattern ${one(patternRecognition)}`,
  );
  say(`  score       ${one(reliability.score)} (${reliability.level})`);
  say(`  decision    ${decision.route}: ${decision.reason}`);
  for (const looked of decision.because) say(`              ${sayRule(looked)}`);
  for (const { event } of log) {
    if (event.type !== 'cleared') continue;
    say(`  checks before step ${event.step + 1}`);
    for (const verdict of event.verdicts) say(`              ${sayVerdict(verdict)}`);
  }
  say('  log');
  for (const row of log) say(`              ${sayRow(row)}`);
  say(
    `  a user is served: ${fixed}; ${one(seconds)} s from ticket to verified fix, Remit's own share ${one(engineMs)} ms`,
  );
}
