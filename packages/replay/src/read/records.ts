import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { RemitError } from '@remit/core';
import { CsvReader, separatorOf } from './csv.js';

/** A record of a file by column name, or what is wrong with it. `line` is where it begins, from 1. */
export type FileRecord =
  | { readonly line: number; readonly values: Readonly<Record<string, unknown>> }
  | { readonly line: number; readonly fault: string };

/** A file that is read record by record. */
export interface OpenedFile {
  readonly records: AsyncIterable<FileRecord>;
  readonly bytes: number;
  /** Bytes of the file that were read so far. */
  read(): number;
  /** SHA-256 of the file as it is on the disk; complete once all records were read. */
  hash(): string;
}

function cannotRead(file: string, cause: unknown): RemitError {
  return new RemitError(
    'invalid_input',
    `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    {
      cause,
      nextStep: 'Name a file of JSON lines or CSV, gzipped or not.',
    },
  );
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

function unzipped(raw: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const unzip = createGunzip();
  Readable.from(raw)
    .on('error', (error) => unzip.destroy(error))
    .pipe(unzip);
  return unzip;
}

/** What a record of JSON lines says. */
function parsedLine(line: number, text: string): FileRecord {
  try {
    const values: unknown = JSON.parse(text);
    if (typeof values === 'object' && values !== null && !Array.isArray(values)) {
      return { line, values: values as Readonly<Record<string, unknown>> };
    }
    return { line, fault: 'the line is not a JSON object' };
  } catch {
    return { line, fault: 'the line is not JSON' };
  }
}

async function* jsonRecords(texts: AsyncIterable<string>): AsyncGenerator<FileRecord> {
  let [rest, line] = ['', 0];
  for await (const text of texts) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const each of lines) {
      line += 1;
      if (each.trim() !== '') yield parsedLine(line, each);
    }
  }
  if (rest.trim() !== '') yield parsedLine(line + 1, rest);
}

async function* csvRecords(texts: AsyncIterable<string>): AsyncGenerator<FileRecord> {
  let reader: CsvReader | null = null;
  let header: readonly string[] | null = null;
  const told = (record: { readonly line: number; readonly cells: readonly string[] }): FileRecord | null => {
    const { line, cells } = record;
    if (!header) {
      header = cells.map((name) => name.trim());
      return null;
    }
    const names = header;
    if (cells.length !== names.length) return { line, fault: `${cells.length} cells, the header has ${names.length}` };
    return { line, values: Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])) };
  };
  for await (const text of texts) {
    reader ??= new CsvReader(separatorOf(text.split('\n', 1)[0] ?? ''));
    for (const record of reader.push(text)) {
      const found = 'fault' in record ? record : told(record);
      if (found) yield found;
    }
  }
  for (const record of reader?.end() ?? []) {
    const found = 'fault' in record ? record : told(record);
    if (found) yield found;
  }
}

/** The characters of the file, from the first that is not blank on. */
async function* textOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  let started = false;
  for await (const chunk of bytes) {
    const text = decoder.decode(chunk, { stream: true });
    const from = started ? text : text.replace(/^\uFEFF/, '');
    if (from === '') continue;
    started = true;
    yield from;
  }
  const last = decoder.decode();
  if (last !== '') yield last;
}

async function* recordsOf(file: string, bytes: AsyncIterable<Buffer>): AsyncGenerator<FileRecord> {
  const texts = textOf(bytes);
  const first = await texts.next();
  if (first.done) return;
  const begin = first.value.trimStart()[0];
  if (begin === '[') {
    throw new RemitError('invalid_input', `${file} is one JSON array.`, {
      nextStep: 'Write one JSON object a line (for example with `jq -c .[]`), or CSV.',
    });
  }
  const all = (async function* () {
    yield first.value;
    yield* texts;
  })();
  yield* begin === '{' ? jsonRecords(all) : csvRecords(all);
}

/**
 * Opens a file of JSON lines or CSV, gzipped or not: which of them is told by its first bytes.
 * @throws RemitError `invalid_input` for a file that cannot be read; while reading, for one that is cut short.
 */
export async function openRecords(file: string): Promise<OpenedFile> {
  try {
    const { size } = await stat(file);
    const zipped = await isGzip(file);
    const hash = createHash('sha256');
    const digest = { value: '' };
    let read = 0;
    const raw = (async function* () {
      for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
        read += chunk.length;
        hash.update(chunk);
        yield chunk;
      }
    })();
    const bytes = zipped ? unzipped(raw) : raw;
    const records = (async function* () {
      try {
        yield* recordsOf(file, bytes);
      } catch (error) {
        throw RemitError.is(error) ? error : cannotRead(file, error);
      }
    })();
    const hashed = (): string => {
      digest.value ||= hash.digest('hex');
      return digest.value;
    };
    return { records, bytes: size, read: () => read, hash: hashed };
  } catch (error) {
    throw cannotRead(file, error);
  }
}
