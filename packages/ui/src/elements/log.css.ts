import { css } from 'lit';

/** The timeline of the log. */
export const timeline = css`
  .tools { margin-block-end: 12px; }
  .tools select, .tools input { inline-size: auto; flex: 0 1 160px; min-inline-size: 0; }
  .tools .end { margin-inline-start: auto; }
  .rows { max-block-size: var(--remit-log-height, 36rem); overflow: auto; overscroll-behavior: contain; padding-inline-end: 4px; }
  .entry { display: grid; grid-template-columns: 28px minmax(0, 1fr); position: relative; padding-block-end: 8px; }
  .entry::before {
    content: '';
    position: absolute;
    inset-block: 26px -2px;
    inset-inline-start: 10.5px;
    inline-size: 1px;
    background: var(--_line);
  }
  .last .entry:last-child::before { display: none; }
  .rail { color: var(--_tone); font-size: 19px; line-height: 1.5; inline-size: 22px; }
  button.line {
    display: grid;
    justify-items: start;
    justify-content: start;
    inline-size: 100%;
    gap: 0;
    border: 0;
    border-radius: 6px;
    background: none;
    padding: 3px 6px;
    text-align: start;
    font-weight: 400;
    min-block-size: 0;
  }
  .sentence { max-inline-size: 100%; }
  .details { grid-column: 2; padding: 6px; min-inline-size: 0; }
  code { font-size: 11.5px; color: var(--_quiet); }
`;
