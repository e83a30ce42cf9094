import { css } from 'lit';

/** Charts, tiles and tables of numbers. */
export const chartStyles = css`
  .chart { display: grid; grid-template: auto auto / auto minmax(0, 1fr); gap: 4px 8px; margin: 0; }
  .chart svg { inline-size: 100%; block-size: 150px; display: block; overflow: visible; direction: ltr; }
  .chart svg.axis { inline-size: 34px; font-size: 11.5px; fill: var(--_quiet); font-variant-numeric: tabular-nums; }
  .ends { grid-column: 2; display: flex; justify-content: space-between; font-size: 11.5px; color: var(--_quiet); direction: ltr; }
  path, rect { vector-effect: non-scaling-stroke; }
  .grid { stroke: var(--_line); stroke-width: 1; fill: none; }
  .ideal { stroke: var(--_edge); stroke-width: 1; stroke-dasharray: 4 4; fill: none; }
  .line { stroke: var(--_accent); stroke-width: 2; fill: none; stroke-linejoin: round; }
  .dots { stroke: var(--_accent); stroke-width: 6; stroke-linecap: round; fill: none; }
  .faint { stroke: var(--_edge); stroke-width: 5; stroke-linecap: round; fill: none; opacity: 0.55; }
  .right { fill: var(--_good); }
  .wrong { fill: var(--_bad); }
  .rate { --_accent: var(--_tone); }
  .rate svg { inline-size: 100%; block-size: 12px; display: block; overflow: visible; direction: ltr; }
  .rate .span { stroke: color-mix(in srgb, var(--_tone) 35%, var(--_ground)); stroke-width: 6; stroke-linecap: round; }
  .rate .dots { stroke-width: 10; }
  .tiles { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(min(150px, 100%), 1fr)); }
  .tile { display: grid; gap: 2px; align-content: start; }
  .tile b { font-size: 26px; line-height: 1.2; font-weight: 650; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
  .two { columns: 340px; column-gap: 16px; }
  .two > * { break-inside: avoid; margin-block-end: 16px; }
  select { inline-size: auto; }
`;
