import { css } from 'lit';

/*
 * Colours follow the `color-scheme` of the page around: a page that is light stays light at night. Every `--remit-*`
 * property can be set from outside. Contrast of text on its ground is 4.5 or more in both schemes.
 */
export const tokens = css`
  :host {
    --_ground: var(--remit-ground, light-dark(#ffffff, #11161c));
    --_text: var(--remit-text, light-dark(#1b2028, #e8ecf1));
    --_quiet: var(--remit-quiet, light-dark(#566070, #a3adba));
    --_line: var(--remit-line, light-dark(#e0e4ea, #2d3642));
    --_good: var(--remit-good, light-dark(#146b37, #56cb86));
    --_fine: var(--remit-fine, light-dark(#1d59c4, #8ab6ff));
    --_warn: var(--remit-warn, light-dark(#7a5c00, #e8b74f));
    --_bad: var(--remit-bad, light-dark(#b8231f, #ff958d));
    --_tone: var(--_quiet);
    display: block;
    box-sizing: border-box;
    color: var(--_text);
    font: 400 14px/1.5 var(--remit-font, system-ui, sans-serif);
    text-align: start;
    overflow-wrap: anywhere;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  * {
    box-sizing: border-box;
  }
  .good { --_tone: var(--_good); }
  .fine { --_tone: var(--_fine); }
  .warn { --_tone: var(--_warn); }
  .bad { --_tone: var(--_bad); }
  .icon {
    inline-size: 1.15em;
    block-size: 1.15em;
    flex: none;
    vertical-align: -0.2em;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.7;
    stroke-linejoin: round;
    stroke-linecap: round;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    padding: 1px 9px 1px 7px;
    border-radius: 99px;
    color: var(--_tone);
    background: color-mix(in srgb, var(--_tone) 9%, var(--_ground));
    font-size: 12.5px;
    font-weight: 600;
    line-height: 1.7;
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      animation: none !important;
    }
  }
`;
