/** The page's style: light and dark, from 360 px on. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --back: #fff; --card: #f5f6f8; --text: #1b1f24; --quiet: #59636e; --line: #d0d7de;
  --accent: #0b57d0; --green: #116b2c; --blue: #0b57d0; --yellow: #7a5200; --red: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --back: #101418; --card: #1a2026; --text: #e6edf3; --quiet: #9aa5b1; --line: #36404a; --accent: #8ab4f8;
    --green: #57c278; --blue: #8ab4f8; --yellow: #e3b341; --red: #ff8a80; }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; padding: 10px 16px; border-bottom: 1px solid var(--line); }
h1 { font-size: 18px; margin: 0; }
h2 { font-size: 17px; margin: 0 0 8px; overflow-wrap: anywhere; }
h3 { font-size: 14px; margin: 18px 0 6px; color: var(--quiet); }
.card > h3 { margin-top: 0; }
nav { display: flex; flex-wrap: wrap; gap: 6px; flex: 1 1 270px; }
button, input, select, textarea { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; padding: 6px 10px; min-height: 34px; max-width: 100%; }
input[type=radio] { min-height: 0; width: 18px; height: 18px; padding: 0; }
button { cursor: pointer; }
button:disabled { opacity: .55; cursor: default; }
button[aria-current=true] { border-color: var(--accent); color: var(--accent); font-weight: 600; }
button.yes { border-color: var(--green); color: var(--green); font-weight: 600; }
button.no, button.stop { border-color: var(--red); color: var(--red); font-weight: 600; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
#notice { min-height: 1.45em; margin: 6px 16px; color: var(--quiet); overflow-wrap: anywhere; }
#halted { margin: 8px 16px; padding: 8px 12px; border: 2px solid var(--red); border-radius: 6px; color: var(--red); font-weight: 600; overflow-wrap: anywhere; }
#sign-in { margin: 16px; display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
main { display: grid; grid-template-columns: minmax(280px, 2fr) 3fr; gap: 16px; padding: 0 16px 32px; align-items: start; }
main.single { grid-template-columns: 1fr; }
section { min-width: 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; margin: 0 0 8px; overflow-wrap: anywhere; }
button.card { display: block; width: 100%; text-align: left; }
.row { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: baseline; }
.quiet { color: var(--quiet); font-size: 13px; }
.level { font-weight: 600; white-space: nowrap; }
.very_high { color: var(--green); } .high { color: var(--blue); } .medium { color: var(--yellow); } .low { color: var(--red); }
ol, ul { margin: 0; padding-left: 20px; }
li { margin: 3px 0; overflow-wrap: anywhere; }
pre { margin: 6px 0; padding: 8px; background: var(--back); border: 1px solid var(--line); border-radius: 6px; overflow: auto; max-height: 260px; font-size: 13px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 3px 8px 3px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
meter { width: 100%; min-width: 60px; }
form.stack { display: grid; gap: 8px; }
form.stack label { display: grid; gap: 3px; }
fieldset { border: 1px solid var(--line); border-radius: 6px; display: flex; flex-wrap: wrap; gap: 4px 12px; }
fieldset label { display: inline-flex; gap: 4px; align-items: center; }
@media (max-width: 760px) { main { grid-template-columns: 1fr; } #detail:not(:empty) { order: -1; } }
`;
