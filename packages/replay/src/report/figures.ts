import type { CalibrationQuality } from '@remit/core';
import type { PolicyFigures } from '../figures/policyFigures.js';
import type { ReplayReport } from '../replayFile.js';
import { escaped, type Line, plotOf } from './plots.js';

const BLUE = '#0969da';
const ORANGE = '#bc4c00';
const GREY = '#6e7781';

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** Risk against coverage: with all unknowns wrong, and with none. */
export function curvePlot({ name, curve }: PolicyFigures): string {
  const { points } = curve;
  const line = (of: 'riskMost' | 'riskLeast'): Line['points'] => points.map((each) => [each.coverage, each[of]]);
  const most = (values: readonly number[]): number => Math.max(0.05, ...values);
  return plotOf({
    title: `${name}: risk against coverage, in the order of the rank`,
    x: { name: 'coverage of repeating tickets', most: most(points.map(({ coverage }) => coverage)), show: percent },
    y: { name: 'wrong', most: most(points.map(({ riskMost }) => riskMost)), show: percent },
    lines: [
      { name: 'every unknown wrong', points: line('riskMost'), colour: ORANGE },
      { name: 'no unknown wrong', points: line('riskLeast'), colour: BLUE, dashed: true },
    ],
  });
}

function sentence(name: string, { ece, eceNull95, brier, skill, enough }: CalibrationQuality): string {
  if (!enough) return `${name}: not enough labels to tell.`;
  const by = ece > eceNull95 ? 'more than' : 'no more than';
  return `${name}: calibration error ${ece.toFixed(3)}, ${by} the ${eceNull95.toFixed(3)} that a perfect forecaster stays below in 95 of 100 cases; Brier score ${brier.toFixed(3)}, skill ${skill.toFixed(3)}.`;
}

/** The reliability diagram of the proposer's confidence, as stated and as the past calibrates it; unknown counts as wrong. */
export function calibrationPlot({ stated, calibrated }: ReplayReport['calibration']): string {
  if (!stated || !calibrated) return '<p>Nothing was proposed.</p>';
  const bins = ({ bins: all }: CalibrationQuality): Line['points'] => all.map((bin) => [bin.confidence, bin.accuracy]);
  const told = [sentence('As stated', stated), sentence('As calibrated by the past', calibrated)];
  return `${plotOf({
    title: 'Reliability diagram: what was said and what worked',
    x: { name: 'confidence', most: 1, show: percent },
    y: { name: 'worked', most: 1, show: percent },
    lines: [
      {
        name: 'perfect',
        points: [
          [0, 0],
          [1, 1],
        ],
        colour: GREY,
        dashed: true,
      },
      { name: 'as stated', points: bins(stated), colour: ORANGE, dots: true },
      { name: 'as calibrated by the past', points: bins(calibrated), colour: BLUE, dots: true },
    ],
  })}${told.map((text) => `<p>${escaped(text)}</p>`).join('')}`;
}
