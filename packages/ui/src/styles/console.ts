import { css } from 'lit';

/** The frame of the console. */
export const consoleStyles = css`
  :host { background: var(--_ground); min-block-size: 100vh; }
  header {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 20px;
    align-items: center;
    padding: 8px max(16px, calc((100% - 1120px) / 2));
    border-block-end: 1px solid var(--_line);
  }
  @media (max-width: 700px) {
    header nav { order: 1; flex-basis: 100%; margin-inline: -10px; }
    .brand { flex: 1; }
  }
  .brand { font-weight: 700; font-size: 17px; letter-spacing: -0.02em; color: var(--_text); text-decoration: none; }
  header nav { display: flex; flex-wrap: wrap; gap: 2px; flex: 1 1 320px; }
  header nav a, .tabs a { color: var(--_quiet); text-decoration: none; padding: 6px 10px; border-radius: 8px; font-weight: 550; }
  header nav a:hover, .tabs a:hover, a[aria-current] { background: var(--_surface); color: var(--_text); }
  a[aria-current] { box-shadow: inset 0 -2px 0 var(--_accent); border-end-start-radius: 0; border-end-end-radius: 0; }
  .count { margin-inline-start: 6px; padding: 0 7px; border-radius: 99px; background: var(--_warn); color: var(--_ground); font-size: 12px; font-weight: 650; }
  main { display: grid; gap: 16px; padding: 20px max(16px, calc((100% - 1120px) / 2)) 48px; min-inline-size: 0; align-content: start; grid-template-columns: minmax(0, 1fr); }
  main:focus { outline: none; }
  .banner { display: flex; gap: 8px; align-items: center; flex: 1 0 100%; padding: 7px 12px; border-radius: 8px; background: var(--_bad); color: var(--_ground); font-weight: 600; }
  .only { flex: 1 0 100%; color: var(--_quiet); font-size: 13px; }
  h1 { margin: 0; font-size: 22px; line-height: 1.3; font-weight: 650; letter-spacing: -0.015em; }
  .sign-in { max-inline-size: 380px; margin-inline: auto; inline-size: 100%; margin-block-start: 6vh; }
  .tabs { display: flex; flex-wrap: wrap; gap: 2px; border-block-end: 1px solid var(--_line); padding-block-end: 4px; }
`;
