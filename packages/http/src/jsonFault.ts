/** Where a text stops being JSON. */
export interface JsonFault {
  /** From 0, in UTF-16 units. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

const SPACE = /[ \t\n\r]*/y;
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

type Wanted = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd';

function lengthAt(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** The text that starts here: where it ends, or where it breaks. */
function readText(text: string, start: number): { readonly end: number; readonly isWhole: boolean } {
  if (text[start] !== '"') return { end: start, isWhole: false };
  let offset = start + 1;
  for (;;) {
    const char = text[offset];
    if (char === undefined || char < ' ') return { end: offset, isWhole: false };
    if (char === '"') return { end: offset + 1, isWhole: true };
    const length = char === '\\' ? lengthAt(ESCAPE, text, offset) : 1;
    if (length === 0) return { end: offset, isWhole: false };
    offset += length;
  }
}

/** The offset of the first character that cannot be, or the end of the text when something is missing there. */
function offsetOfFault(text: string): number {
  const open: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  let offset = 0;
  for (;;) {
    offset += lengthAt(SPACE, text, offset);
    const char = text[offset];
    if (char === undefined) return offset;
    if (wanted === 'commaOrEnd') {
      const innermost = open.at(-1);
      if (innermost === undefined) return offset;
      if (char === (innermost === '{' ? '}' : ']')) open.pop();
      else if (char === ',') wanted = innermost === '{' ? 'key' : 'value';
      else return offset;
      offset += 1;
    } else if (wanted === 'colon') {
      if (char !== ':') return offset;
      wanted = 'value';
      offset += 1;
    } else if (wanted === 'key' || wanted === 'keyOrEnd') {
      if (char === '}' && wanted === 'keyOrEnd') {
        open.pop();
        wanted = 'commaOrEnd';
        offset += 1;
        continue;
      }
      const { end, isWhole } = readText(text, offset);
      if (!isWhole) return end;
      wanted = 'colon';
      offset = end;
    } else if (char === ']' && wanted === 'valueOrEnd') {
      open.pop();
      wanted = 'commaOrEnd';
      offset += 1;
    } else if (char === '{' || char === '[') {
      open.push(char);
      wanted = char === '{' ? 'keyOrEnd' : 'valueOrEnd';
      offset += 1;
    } else {
      const word = lengthAt(WORD, text, offset);
      const { end, isWhole } = word > 0 ? { end: offset + word, isWhole: true } : readText(text, offset);
      if (!isWhole) return end;
      wanted = 'commaOrEnd';
      offset = end;
    }
  }
}

/** Where a text that `JSON.parse` refused stops being JSON; the runtimes' own messages differ, and some name no place. */
export function findJsonFault(text: string): JsonFault {
  const offset = offsetOfFault(text);
  const before = text.slice(0, offset).split('\n');
  return { offset, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
