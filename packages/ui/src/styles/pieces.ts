import { css } from 'lit';

/** Plans, tables of facts and lists of reasons. */
export const pieces = css`
  .facts { display: grid; grid-template-columns: minmax(90px, auto) minmax(0, 1fr); gap: 2px 14px; font-size: 13px; inline-size: fit-content; max-inline-size: 100%; }
  .facts dt { color: var(--_quiet); }
  .facts dd { font-variant-numeric: tabular-nums; }
  .step { border: 1px solid var(--_line); border-radius: 8px; padding: 10px 12px; display: grid; gap: 6px; }
  .target { background: var(--_surface); border-radius: 5px; padding: 1px 6px; }
  .reason { display: flex; gap: 8px; align-items: baseline; }
  .reason > .icon { color: var(--_tone); position: relative; inset-block-start: 3px; }
  .reason > div { min-inline-size: 0; }
  .clamp { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; line-clamp: 3; overflow: hidden; }
  summary { cursor: pointer; font-weight: 550; inline-size: fit-content; max-inline-size: 100%; }
  details > :not(summary) { margin-block-start: 10px; }
`;
