/** One record of a text file: cells by column, or what is wrong with it. `line` is where it begins, from 1. */
export type CsvRecord =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly fault: string };

/** Characters after which a record is given up: a quote that is never closed would swallow the rest of the file. */
const LONGEST_RECORD = 1_000_000;

/** The separator of a header line: the one of comma, semicolon and tab that it has most of. */
export function separatorOf(header: string): string {
  const count = (mark: string): number => header.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** Reads CSV piece by piece (RFC 4180: quotes, doubled quotes, line breaks inside of quotes). */
export class CsvReader {
  readonly #separator: string;
  #cells: string[] = [];
  #cell = '';
  #quoted = false;
  #wasQuoted = false;
  #pendingQuote = false;
  #line = 1;
  #began = 1;
  #size = 0;

  constructor(separator: string) {
    this.#separator = separator;
  }

  /** The records that are complete after these further characters. */
  *push(text: string): Generator<CsvRecord> {
    for (const character of text) {
      const isBreak = character === '\n';
      this.#size += 1;
      if (this.#quoted) {
        if (character === '"') {
          this.#quoted = false;
          this.#pendingQuote = true;
        } else this.#cell += character;
      } else if (character === '"' && this.#pendingQuote) {
        this.#cell += '"';
        this.#quoted = true;
        this.#pendingQuote = false;
      } else {
        this.#pendingQuote = false;
        if (character === '"' && this.#cell === '' && !this.#wasQuoted) {
          this.#quoted = true;
          this.#wasQuoted = true;
        } else if (character === this.#separator) this.#endCell();
        else if (isBreak) yield* this.#endRecord(this.#line + 1);
        else if (character !== '\r') this.#cell += character;
      }
      if (isBreak) this.#line += 1;
      if (this.#size > LONGEST_RECORD) yield this.#giveUp();
    }
  }

  /** The last record, when the file does not end with a line break. */
  *end(): Generator<CsvRecord> {
    if (this.#quoted) yield this.#giveUp();
    else yield* this.#endRecord(this.#line);
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = '';
    this.#wasQuoted = false;
  }

  *#endRecord(next: number): Generator<CsvRecord> {
    const isBlank = this.#cells.length === 0 && this.#cell === '' && !this.#wasQuoted;
    this.#endCell();
    const record = { line: this.#began, cells: this.#cells };
    this.#clear(next);
    if (!isBlank) yield record;
  }

  #giveUp(): CsvRecord {
    const fault = this.#quoted ? 'a quote is opened and never closed' : 'the record is too long';
    const record = { line: this.#began, fault };
    this.#clear(this.#line);
    return record;
  }

  #clear(next: number): void {
    this.#cells = [];
    this.#cell = '';
    this.#size = 0;
    this.#quoted = false;
    this.#wasQuoted = false;
    this.#pendingQuote = false;
    this.#began = next;
  }
}
