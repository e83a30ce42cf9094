import { css } from 'lit';

/** Plans, tables of facts and lists of reasons. */
export const pieces = css`
  .facts { display: grid; grid-template-columns: minmax(90px, auto) minmax(0, 1fr); gap: 2px 14px; font-size: 13px; inline-size: fit-content; max-inline-size: 100%; }
  .facts dt { color: var(--_quiet); }
  .facts dd { font-variant-numeric: tabular-nums; }
  .step { border: 1px solid var(--_line); border-radius: 8px; padding: 10px 12px; display: grid; gap: 6px; }
  .target { background: var(--_surface); border-radius: 5px; padding: 1px 6px; }
  .list { max-block-size: 26rem; overflow: auto; padding: 3px; margin: -3px; }
  .scroll { overflow-x: auto; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
  th { text-align: start; font-weight: 550; color: var(--_quiet); font-size: 12.5px; padding: 4px 0; padding-inline-end: 14px; }
  td { padding: 6px 0; padding-inline-end: 14px; border-block-start: 1px solid var(--_line); vertical-align: top; }
  .standings { table-layout: fixed; inline-size: 100%; min-inline-size: 460px; }
  .standings th:first-child { inline-size: 40%; }
  @media (max-width: 500px) {
    .standings, .standings > * { display: block; min-inline-size: 0; }
    .standings tr { display: grid; grid-template-columns: 4fr 5fr 6fr 7fr; }
    .standings th:first-child { display: none; }
    .standings td:first-child { grid-column: 1 / -1; }
    .standings td + td { border: 0; }
  }
  header h2 { font-size: 20px; line-height: 1.3; letter-spacing: -0.01em; }
`;
