import type { Migration } from './migration.js';

const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

/** Lengths from which the classes 49 to 63 begin; below 48 each length has its own. */
const CLASSES = [56, 65, 76, 89, 104, 121, 141, 165, 192, 224, 262, 305, 356, 416, 485];

/** A number below 64 as a character. */
const digit = (number: string): string => `substr('${DIGITS}', cast((${number}) + 1 as integer), 1)`;

/** The class of a length: as the code that wrote this had it. */
function classOf(length: string): string {
  const longer = CLASSES.map((from, at) => `when ${length} < ${from} then ${48 + at}`);
  return `case when ${length} < 48 then ${length} ${longer.join(' ')} else 63 end`;
}

/**
 * Entries of many exemplars in one row. How many masked terms an exemplar has was not kept before: those that are there are
 * taken to be as long without masked values as they are with them.
 */
export const blocks: Migration = {
  version: 14,
  name: 'blocks',
  makes: ['exemplar_blocks'],
  statements: ({ types: { whole, text, keyOnly }, joined }) => [
    `alter table pattern_exemplars add column masked_terms ${whole} not null default 0`,
    'update pattern_exemplars set masked_terms = json_array_length(terms)',
    `create table exemplar_blocks (
      term ${whole} not null,
      block ${whole} not null,
      entries ${text} not null,
      primary key (term, block)
    )${keyOnly}`,
    `insert into exemplar_blocks (term, block, entries)
      select term, block, ${joined}(',' || high || low || length || length, '')
      from (
        select entry.term as term, entry.exemplar / 1024 as block,
          ${digit('(entry.exemplar % 1024) / 64')} as high, ${digit('entry.exemplar % 64')} as low,
          ${digit(classOf('told.masked_terms'))} as length
        from exemplar_entries entry join pattern_exemplars told on told.position = entry.exemplar
      ) entries
      group by term, block`,
    // The table stays, empty: a table that is gone means that a backup was not restored whole.
    'delete from exemplar_entries',
  ],
};
