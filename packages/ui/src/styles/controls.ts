import { css } from 'lit';

/** Buttons, fields, headings and cards: what the elements with controls share. */
export const controls = css`
  :host {
    --_surface: var(--remit-surface, light-dark(#f6f7f9, #1a2028));
    --_edge: var(--remit-edge, light-dark(#868f9c, #74808e));
    --_accent: var(--remit-accent, light-dark(#2a55cc, #93b4ff));
    --_on-accent: var(--remit-on-accent, light-dark(#ffffff, #0d1526));
    --_radius: var(--remit-radius, 10px);
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .quiet {
    color: var(--_quiet);
    font-size: 13px;
  }
  b .quiet, h3 .quiet { font-weight: 400; }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  h2,
  h3,
  h4,
  p,
  ul,
  ol,
  dl,
  dd,
  pre,
  fieldset {
    margin: 0;
    padding: 0;
  }
  h2,
  h3 { font-size: 15px; line-height: 1.4; font-weight: 650; }
  h4,
  .sub { font-size: 13px; line-height: 1.5; font-weight: 600; color: var(--_quiet); }
  ul, ol { list-style: none; }
  a { color: var(--_accent); text-underline-offset: 2px; }
  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
    max-inline-size: 100%;
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-block-size: 34px;
    padding: 5px 13px;
    border: 1px solid var(--_edge);
    border-radius: 8px;
    background: var(--_ground);
    font-weight: 550;
    text-decoration: none;
    cursor: pointer;
  }
  button:hover:not(:disabled) { background: var(--_surface); border-color: var(--_text); }
  button:disabled { opacity: 0.6; cursor: default; }
  button.primary { background: var(--_accent); border-color: var(--_accent); color: var(--_on-accent); }
  button.primary:hover:not(:disabled) { background: color-mix(in srgb, var(--_accent) 88%, var(--_text)); }
  button.danger { border-color: var(--_bad); color: var(--_bad); }
  button.plain { border-color: transparent; background: none; padding-inline: 6px; color: var(--_accent); }
  button.plain:hover:not(:disabled) { background: var(--_surface); }
  input:not([type='checkbox'], [type='radio']),
  select,
  textarea {
    inline-size: 100%;
    min-block-size: 34px;
    min-inline-size: 0;
    font-weight: 400;
    padding: 5px 10px;
    border: 1px solid var(--_edge);
    border-radius: 8px;
    background: var(--_ground);
  }
  textarea { min-block-size: 68px; resize: vertical; }
  input[type='checkbox'],
  input[type='radio'] {
    inline-size: 17px;
    block-size: 17px;
    margin: 0;
    accent-color: var(--_accent);
    flex: none;
  }
  label.field { display: grid; gap: 4px; font-weight: 550; min-inline-size: 0; grid-template-columns: minmax(0, 1fr); }
  label.tick { display: flex; gap: 9px; align-items: baseline; }
  label.tick input { position: relative; inset-block-start: 3px; }
  fieldset { border: 0; min-inline-size: 0; }
  legend { padding: 0; font-weight: 550; margin-block-end: 4px; }
  .stack { display: grid; gap: 14px; min-inline-size: 0; grid-template-columns: minmax(0, 1fr); }
  .tight { gap: 8px; }
  .row { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; }
  .spread { justify-content: space-between; }
  .grid { display: grid; gap: 14px 28px; grid-template-columns: repeat(auto-fit, minmax(min(280px, 100%), 1fr)); align-items: start; }
  summary { cursor: pointer; font-weight: 550; inline-size: fit-content; max-inline-size: 100%; }
  details > :not(summary) { margin-block-start: 12px; }
  .clamp { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; line-clamp: 3; overflow: hidden; }
  .reason { display: flex; gap: 8px; align-items: baseline; }
  .reason > .icon, .reason > input { color: var(--_tone); position: relative; inset-block-start: 3px; }
  .reason > div { min-inline-size: 0; }
  .reason b { flex: none; }
  .card {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_ground);
    padding: 16px;
    min-inline-size: 0;
  }
  .note {
    display: flex;
    gap: 9px;
    align-items: baseline;
    padding: 9px 12px;
    border-radius: 8px;
    border-inline-start: 3px solid var(--_tone);
    background: color-mix(in srgb, var(--_tone) 7%, var(--_ground));
  }
  .note > .icon { color: var(--_tone); position: relative; inset-block-start: 3px; }
  .note > div { min-inline-size: 0; }
  code, pre { font-family: var(--remit-mono, ui-monospace, 'SF Mono', Menlo, Consolas, monospace); font-size: 12.5px; }
  pre {
    padding: 10px 12px;
    border-radius: 8px;
    background: var(--_surface);
    white-space: pre-wrap;
    max-block-size: 320px;
    overflow: auto;
  }
  .empty { padding: 28px 16px; text-align: center; color: var(--_quiet); }
  .bone {
    block-size: 14px;
    border-radius: 6px;
    background: var(--_line);
    animation: breathe 1.4s ease-in-out infinite alternate;
  }
  .bone:nth-child(2) { inline-size: 70%; }
  @keyframes breathe {
    to { opacity: 0.45; }
  }
`;
