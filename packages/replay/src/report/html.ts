import type { Bounds } from '../figures/bounds.js';
import type { PolicyFigures } from '../figures/policyFigures.js';
import type { GuaranteedFigures, ReplayReport } from '../replayFile.js';
import { calibrationPlot, curvePlot } from './figures.js';
import { escaped } from './plots.js';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #c9d1d9;padding:.3rem .6rem;text-align:right}th:first-child,td:first-child{text-align:left}
thead th{background:#f3f5f7}.verdict{border-left:.4rem solid #57606a;padding:.2rem 1rem;margin:1rem 0}.open{border-color:#1a7f37}.closed{border-color:#9a6700}
figure{display:inline-block;width:36rem;max-width:100%;margin:0 1rem 1rem 0;vertical-align:top}figcaption{font-weight:600}
.grid{stroke:#d8dee4}.tick{font-size:11px;fill:#424a53}.end{text-anchor:end}.middle{text-anchor:middle}.legend span{margin-right:1rem;font-size:.85rem}`;

const percent = (share: number | null): string => (share === null ? 'none' : `${(100 * share).toFixed(1)} %`);
const day = (atMs: number | null): string => (atMs === null ? '' : new Date(atMs).toISOString().slice(0, 10));

function between({ least, most }: Bounds): string {
  if (least.rate === null) return 'none';
  return `${percent(least.rate)} to ${percent(most.rate)}`;
}

/** A table from its cells; the first row is the head. */
export function tableOf([head = [], ...rows]: readonly (readonly (string | number)[])[]): string {
  const row = (cells: readonly (string | number)[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(String(cell))}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${row(head, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody></table>`;
}

function policyRow(policy: PolicyFigures): readonly (string | number)[] {
  const { autos, wrong, coverage, firstAuto, worst30Days: worst } = policy;
  return [
    policy.name,
    autos.n,
    `${autos.worked} / ${autos.failed} / ${autos.unknown}`,
    between(wrong),
    between(coverage),
    firstAuto ? `${firstAuto.ticket} (day ${firstAuto.days.toFixed(0)})` : 'never',
    worst ? `${worst.failed} + ${worst.unknown} unknown of ${worst.n}; budget ${worst.budget.toFixed(0)}` : 'none',
    policy.approvalsPerWeek.toFixed(0),
    (policy.minutesSaved / 60).toFixed(0),
  ];
}

function gateOf({ name, gate, verdict, changes, ifUnknownsHadWorked: hopeful }: GuaranteedFigures): string {
  const bounds = gate.bounds.map(({ bound, open, n, losses, wealth, needed, cleanRunsLeft }) => [
    bound,
    open ? 'open' : 'closed',
    n,
    losses,
    wealth.toPrecision(3),
    needed.toPrecision(3),
    cleanRunsLeft,
  ]);
  const opened = changes.filter(({ bound }) => bound !== null).length;
  return `<h3>${escaped(name)}</h3><p class="verdict ${gate.open ? 'open' : 'closed'}">${escaped(verdict.sentence)}</p>
<p>The gate changed ${changes.length} times (${opened} to open), and its detector closed it ${gate.epoch} times. If every unknown had worked: ${hopeful.autos.n} automatic decisions, gate ${hopeful.open ? 'open' : 'closed'} at the end.</p>
${tableOf([['lower quantile from', 'gate', 'labels', 'wrong or unknown', 'stake W', 'needed', 'clean runs left'], ...bounds])}`;
}

function partsOf(title: string, { escapes, categories }: PolicyFigures): string {
  const head = ['', 'tickets', 'automatic', 'worked', 'failed', 'unknown'];
  const rows = (parts: PolicyFigures['escapes']) =>
    parts.map(({ name, tickets, n, worked, failed, unknown }) => [name, tickets, n, worked, failed, unknown]);
  return `<h3>${escaped(title)}</h3>${tableOf([['category', ...head.slice(1)], ...rows(categories)])}
${escapes.length > 0 ? tableOf([['patterns with most wrong or unknown', ...head.slice(1)], ...rows(escapes)]) : ''}`;
}

function readingOf({ file, tickets, fromMs, toMs, repeating, leakTest }: ReplayReport): string {
  const bad = file.bad.map(({ fault, count, lines }) => [fault, count, lines.join(', ')]);
  return `<p>${file.records} records, ${tickets} tickets from ${day(fromMs)} to ${day(toMs)} (${escaped(file.columns.recognised)}); ${percent(repeating.rate)} had 5 earlier ones of their pattern. ${file.outOfOrder} stood out of order and were put in order.</p>
${bad.length > 0 ? tableOf([['records that were not used, because', 'count', 'first lines'], ...bad]) : '<p>Every record was used.</p>'}
<p>Leak test: ${leakTest.exchanged} ends that were not known by ${day(leakTest.cutMs)} were exchanged; ${leakTest.different} of ${leakTest.decisions} earlier decisions came out otherwise${leakTest.different === 0 ? '.' : ': these figures look ahead and must not be used.'}</p>`;
}

/** The report as one HTML page without scripts, links or images of its own. */
export function reportHtml(report: ReplayReport): string {
  const { seed, guaranteed, humanOnly, proposals, calibration } = report;
  const policies = [seed, ...guaranteed];
  const head = [
    'policy',
    'automatic',
    'worked / failed / unknown',
    'wrong',
    'coverage of repeating tickets',
    'first automatic ticket',
    'worst 30 days',
    'approvals a week',
    'hours of elapsed time saved',
  ];
  const nobody = ['human only', 0, '', 'none', '0.0 %', 'never', 'none', 0, 0];
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Remit: replay of ${escaped(report.file.name)}</title><style>${STYLE}</style>
<h1>What would have happened: ${escaped(report.file.name)}</h1>${readingOf(report)}
<p>Proposer: ${escaped(report.proposer)}. Of ${proposals.n} proposals ${proposals.worked} worked, ${proposals.failed} failed, and ${proposals.unknown} are unknown. People's own fixes were reopened in ${percent(humanOnly.reopened.rate)} of the tickets.</p>
<h2>Side by side</h2>${tableOf([head, nobody, ...policies.map(policyRow)])}
<p>Ranges keep what is unknown: the first number if no unknown was wrong, the second if all were.</p>
<h2>Verdict</h2>${guaranteed.map(gateOf).join('')}
<h2>Risk and coverage</h2>${policies.map(curvePlot).join('')}
<h2>How far the proposer's confidence can be trusted</h2>${calibrationPlot(calibration)}
<h2>Where</h2>${policies.map((policy) => partsOf(policy.name, policy)).join('')}
<h2>What this rests on</h2><ul>${report.assumptions.map((sentence) => `<li>${escaped(sentence)}</li>`).join('')}</ul>
<p>SHA-256 of the file: <code>${escaped(report.file.hash)}</code></p></html>
`;
}
