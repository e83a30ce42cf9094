import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** The longest line that is kept, in characters; a longer one is told in pieces. */
const LONGEST_LINE = 8192;

/**
 * Reads a stream to its end and tells it line by line. Never holds more than one line: a child that floods its
 * standard error fills no memory, and one that nobody listens to is not held up by a full pipe.
 */
export function tellLines(stream: Readable, tell: (line: string) => void = () => {}): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const pass = (line: string) => {
    // At least one piece: an empty line is a line.
    for (let from = 0; from === 0 || from < line.length; from += LONGEST_LINE) {
      try {
        tell(line.slice(from, from + LONGEST_LINE));
      } catch {
        // A listener that throws is the host's matter and must not end the connection.
      }
    }
  };
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) pass(line);
    const whole = rest.length - (rest.length % LONGEST_LINE);
    if (whole > 0) pass(rest.slice(0, whole));
    rest = rest.slice(whole);
  });
  stream.on('end', () => {
    if (rest !== '') pass(rest);
  });
  stream.on('error', () => {});
}
