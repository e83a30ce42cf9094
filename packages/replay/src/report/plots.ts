/* Plots as SVG text, without a script: they show in any browser, and in print. */

const WIDTH = 560;
const HEIGHT = 300;
const EDGE = { left: 52, right: 14, top: 12, bottom: 40 };

/** Text as it may stand in HTML. */
export function escaped(text: string): string {
  const marks: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (mark) => marks[mark] ?? mark);
}

/** A line of a plot. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly colour: string;
  readonly dashed?: boolean;
  readonly dots?: boolean;
}

/** What a plot shows, and over which values. */
export interface Plot {
  readonly title: string;
  readonly x: { readonly name: string; readonly most: number; readonly show: (value: number) => string };
  readonly y: { readonly name: string; readonly most: number; readonly show: (value: number) => string };
  readonly lines: readonly Line[];
}

const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** A plot with axes from 0, and a legend that also says by dashes which line is which. */
export function plotOf({ title, x, y, lines }: Plot): string {
  const [wide, high] = [WIDTH - EDGE.left - EDGE.right, HEIGHT - EDGE.top - EDGE.bottom];
  const atX = (value: number): string => (EDGE.left + (wide * value) / (x.most || 1)).toFixed(1);
  const atY = (value: number): string => (EDGE.top + high - (high * value) / (y.most || 1)).toFixed(1);
  const grid = TICKS.map((part) => {
    const [tx, ty] = [x.most * part, y.most * part];
    return `<line x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${atY(ty)}" y2="${atY(ty)}" class="grid"/>
<text x="${EDGE.left - 6}" y="${atY(ty)}" class="tick end">${escaped(y.show(ty))}</text>
<text x="${atX(tx)}" y="${HEIGHT - EDGE.bottom + 16}" class="tick middle">${escaped(x.show(tx))}</text>`;
  });
  const drawn = lines.map(({ points, colour, dashed, dots }) => {
    const path = points.map(([px, py]) => `${atX(Math.min(px, x.most))},${atY(Math.min(py, y.most))}`);
    const marks = dots
      ? path.map((at) => `<circle cx="${at.split(',')[0]}" cy="${at.split(',')[1]}" r="3" fill="${colour}"/>`)
      : [];
    return `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"${dashed ? ' stroke-dasharray="6 4"' : ''}/>${marks.join('')}`;
  });
  const legend = lines.map(
    ({ name, colour, dashed }) =>
      `<span><svg width="26" height="8" aria-hidden="true"><line x1="0" x2="26" y1="4" y2="4" stroke="${colour}" stroke-width="2"${dashed ? ' stroke-dasharray="6 4"' : ''}/></svg> ${escaped(name)}</span>`,
  );
  return `<figure><figcaption>${escaped(title)}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">
${grid.join('\n')}
${drawn.join('\n')}
<text x="${EDGE.left + wide / 2}" y="${HEIGHT - 6}" class="tick middle">${escaped(x.name)}</text>
<text x="${-(EDGE.top + high / 2)}" y="12" transform="rotate(-90)" class="tick middle">${escaped(y.name)}</text>
</svg><p class="legend">${legend.join(' ')}</p></figure>`;
}
