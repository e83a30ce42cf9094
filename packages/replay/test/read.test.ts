import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readTickets } from '../src/index.js';
import { CsvReader } from '../src/read/csv.js';
import { readDate } from '../src/read/ticketOf.js';
import { closed, jsonLines, written } from './made.js';

const HEAD = 'Number,Created,Resolved,Category,Subcategory,Short description,Close code,Reopen count,Made SLA';

function csv(...rows: readonly string[]): string {
  return written('tickets.csv', [HEAD, ...rows].join('\r\n'));
}

describe('readTickets', () => {
  it('reads a ServiceNow export without being told its columns', async () => {
    const file = csv(
      '"INC1","2026-01-02 03:04:05","2026-01-02 04:00:00",server,disk,"full, says ""df""\nsince noon",code 5,0,true',
      'INC2,2026-01-03 03:04,,network,,down,code 7,2,false',
    );
    const { tickets, columns, bad, records } = await readTickets(file);
    expect(columns.recognised).toBe('ServiceNow export');
    expect([records, bad]).toEqual([2, []]);
    expect(tickets).toEqual([
      {
        ticketId: 'INC1',
        openedMs: Date.UTC(2026, 0, 2, 3, 4, 5),
        resolvedMs: Date.UTC(2026, 0, 2, 4),
        category: 'server',
        problem: '["disk",""]',
        text: 'full, says "df"\nsince noon',
        resolution: 'code 5',
        reopened: false,
      },
      {
        ticketId: 'INC2',
        openedMs: Date.UTC(2026, 0, 3, 3, 4),
        resolvedMs: null,
        category: 'network',
        problem: null,
        text: 'down',
        resolution: 'code 7',
        reopened: true,
      },
    ]);
  });

  it('reads semicolons, a byte order mark, columns named by hand, and dates with the day first', async () => {
    const file = written('x.csv', '\uFEFFNr;Wann;Fix\n7;29/2/2016 01:16;neu gestartet\n8;31/2/2016 01:16;x\n');
    const columns = { ticket_id: 'nr', opened_at: 'Wann', resolution: 'FIX' } as const;
    const { tickets, bad } = await readTickets(file, { columns, dates: 'dmy', mostBad: 0.5 });
    expect(tickets).toMatchObject([{ ticketId: '7', openedMs: Date.UTC(2016, 1, 29, 1, 16), category: 'other' }]);
    expect(bad).toEqual([{ fault: 'opened_at is no date of the calendar', count: 1, lines: [3] }]);
    const unsure = readTickets(file, { columns });
    await expect(unsure).rejects.toThrow(/--dates dmy or --dates mdy.*\(lines 2, 3\)/);
  });

  it('reads gzipped JSON lines like plain ones, and says so when they are cut short', async () => {
    const text = jsonLines(Array.from({ length: 3_000 }, (_, hour) => closed(hour, { text: `disk ${hour * 7919}` })));
    const plain = await readTickets(written('t.jsonl', text));
    const zipped = gzipSync(text);
    const packed = await readTickets(written('t.jsonl.gz', zipped));
    expect(packed.tickets).toEqual(plain.tickets);
    expect(packed.hash).not.toBe(plain.hash);
    await expect(readTickets(written('t.gz', zipped.subarray(0, zipped.length / 2)))).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('cannot be read'),
    });
  });

  it('names and counts every broken line of a file in which 5 % are broken, and uses all others', async () => {
    const lines = jsonLines(Array.from({ length: 400 }, (_, hour) => closed(hour))).split('\n');
    const broken = [
      '{"ticket_id": "X", ',
      '"text"',
      '{"ticket_id":"","opened_at":"2026-01-01T00:00:00Z"}',
      '{"ticket_id":"X1","opened_at":"yesterday","resolution":"a"}',
      '{"ticket_id":"X2","opened_at":"2026-01-05T00:00:00Z","resolved_at":"2026-01-04T00:00:00Z"}',
      '{"ticket_id":"X3","opened_at":"2026-01-05T00:00:00Z","reopen_count":"often"}',
      '{"ticket_id":"T-5","opened_at":"2026-01-05T00:00:00Z"}',
      '{"ticket_id":"X4"}',
    ];
    const at = broken.map((line, index) => {
      const place = 40 * (index + 1);
      lines.splice(place, 0, line);
      return place + 1;
    });
    for (let more = 0; more < 12; more += 1) lines.push('{');
    const { tickets, bad, records } = await readTickets(written('t.jsonl', lines.join('\n')));
    expect([records, tickets.length]).toEqual([420, 400]);
    expect(bad.reduce((sum, { count }) => sum + count, 0)).toBe(20);
    const faults = Object.fromEntries(bad.map(({ fault, count, lines: where }) => [fault, [count, where[0]]]));
    expect(faults).toEqual({
      'the line is not JSON': [13, at[0]],
      'the line is not a JSON object': [1, at[1]],
      'no ticket_id': [1, at[2]],
      'opened_at is not a date': [1, at[3]],
      'resolved before it was opened': [1, at[4]],
      'reopen_count is not a number': [1, at[5]],
      'ticket_id was there before': [1, at[6]],
      'no opened_at': [1, at[7]],
    });
    expect(bad[0]?.lines).toHaveLength(10);
  });

  it('refuses a file that is mostly broken, has no records, or is one JSON array', async () => {
    await expect(readTickets(written('a.jsonl', `${jsonLines([closed(1)])}\n{\n{`))).rejects.toThrow(
      /2 of 3 records are bad: 2 x the line is not JSON \(lines 2, 3\)/,
    );
    await expect(readTickets(written('b.jsonl', '\n \n'))).rejects.toThrow(/has no records/);
    await expect(readTickets(written('c.json', '[{"ticket_id":1}]'))).rejects.toThrow(/one JSON array/);
    await expect(readTickets('/there/is/no/such/file')).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('names the columns that are missing, those that were tried, and those that are there', async () => {
    const error = await readTickets(written('t.csv', 'number,when\n1,2\n')).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(
        /opened_at: No column holds it \(tried: opened_at, .*The file has: number, when\./,
      ),
      faults: [{ pointer: '/opened_at' }, { pointer: '/resolution' }],
      nextStep: expect.stringContaining('--opened-at'),
    });
    await expect(readTickets(csv('1,2026-01-01,,,,,x,,'), { columns: { symptom: 'Mood' } })).rejects.toThrow(/"Mood"/);
  });

  it('puts tickets in order and counts those that were out of it', async () => {
    const text = jsonLines([closed(5), closed(1), closed(9), closed(2)]);
    const { tickets, outOfOrder } = await readTickets(written('t.jsonl', text));
    expect(outOfOrder).toBe(2);
    expect(tickets.map(({ ticketId }) => ticketId)).toEqual(['T-1', 'T-2', 'T-5', 'T-9']);
  });
});

describe('CsvReader', () => {
  const all = (text: string, size: number): unknown[] => {
    const reader = new CsvReader(',');
    const pieces = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
    return [...pieces.flatMap((piece) => [...reader.push(piece)]), ...reader.end()];
  };

  it('reads the same whatever the pieces are that the text comes in', () => {
    const text = 'a,"b ""q"" b",c\r\n"line\nbreak",,\n\n"",x,y';
    const whole = all(text, 1_000);
    expect(whole).toEqual([
      { line: 1, cells: ['a', 'b "q" b', 'c'] },
      { line: 2, cells: ['line\nbreak', '', ''] },
      { line: 5, cells: ['', 'x', 'y'] },
    ]);
    for (const size of [1, 2, 3, 7]) expect(all(text, size)).toEqual(whole);
  });

  it('names a quote that is never closed instead of swallowing the file in silence', () => {
    expect(all('a,b\nc,"d\ne,f\n', 5).at(-1)).toEqual({ line: 2, fault: 'a quote is opened and never closed' });
  });
});

describe('readDate', () => {
  it.each([
    ['2026-03-29T02:30:00+02:00', null, Date.UTC(2026, 2, 29, 0, 30)],
    ['2026-03-29 02:30:00', null, Date.UTC(2026, 2, 29, 2, 30)],
    ['2026-03-29', null, Date.UTC(2026, 2, 29)],
    ['3/4/2026 1:02', 'dmy', Date.UTC(2026, 3, 3, 1, 2)],
    ['3/4/2026 1:02', 'mdy', Date.UTC(2026, 2, 4, 1, 2)],
    ['29.03.2026 02:30', 'dmy', Date.UTC(2026, 2, 29, 2, 30)],
  ] as const)('%s', (text, order, value) => {
    expect(readDate(text, order)).toEqual({ value });
  });

  it.each(['2026-02-30', '2026-13-01', '2026-01-01T25:00', 'soon', '1767225600', ''])('refuses %j', (text) => {
    expect(readDate(text, 'dmy')).toHaveProperty('fault');
  });
});
