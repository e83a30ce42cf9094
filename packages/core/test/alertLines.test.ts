import { describe, expect, it } from 'vitest';
import { TEMPLATE_PRECISION } from '../src/domain/policy.js';
import { templateMatch } from '../src/domain/similarity/template.js';
import { PatternLearner } from '../src/engine/patternLearner.js';
import { memoryStorage } from '../src/testing/index.js';

function learner() {
  const storage = memoryStorage();
  let [patterns, tickets] = [0, 0];
  const ids = {
    next: () => {
      patterns += 1;
      return `p-${patterns}`;
    },
  };
  const own = new PatternLearner({ storage, ids, alertSources: ['alertmanager', 'syslog'] });
  const told = (description: string, submitter?: string, ticketId?: string) => {
    tickets += 1;
    const ticket = {
      tenant: 'acme',
      ticketId: ticketId ?? `T-${tickets}`,
      category: 'server',
      title: null,
      description,
    };
    return own.recognise({ ...ticket, ...(submitter !== undefined && { submitter }) });
  };
  return { storage, told };
}

const REFUSED = (user: string) => `Failed password for ${user} from 10.0.0.1 port 22 ssh2`;

describe('a line of an alert source', () => {
  it('is of the pattern whose template it fits, with how often that is right', async () => {
    const { told } = learner();
    const first = await told(REFUSED('root'), 'syslog');
    const second = await told(REFUSED('oracle'), 'syslog');
    expect(first).toMatchObject({ known: false, similarity: 1 });
    expect(second).toMatchObject({ patternId: first.patternId, known: true, similarity: TEMPLATE_PRECISION });
    // Asked again after a crash, the answer is what it was; the same words later are the same problem.
    expect(await told(REFUSED('oracle'), 'syslog', 'T-2')).toEqual(second);
    expect(await told(REFUSED('oracle'), 'syslog')).toEqual({ ...second, similarity: 1 });
  });

  it.each([
    ['that begins otherwise', 'Accepted password for root from 10.0.0.1 port 22 ssh2'],
    ['that is longer', `${REFUSED('root')} again now`],
    ['that hardly says the same', 'Failed password at night beyond midnight somewhere else ssh2'],
    ['that names a code', 'Failed password for root from error 500 port 22'],
  ])('%s founds its own', async (_, line) => {
    const { told } = learner();
    const first = await told(REFUSED('root'), 'syslog');
    expect((await told(line, 'syslog')).patternId).not.toBe(first.patternId);
  });

  it('of one code is never of the template of another', async () => {
    const { told } = learner();
    const found = await told('web probe of shop answers with http status 500 from mail', 'syslog');
    const other = await told('web probe of shop answers with http status 404 from mail', 'syslog');
    const same = await told('web probe of shop answers with http status 500 from wiki', 'syslog');
    expect(other.patternId).not.toBe(found.patternId);
    expect(same.patternId).toBe(found.patternId);
  });

  it('never joins by its template what another source or a person has told', async () => {
    const { told } = learner();
    const person = await told(REFUSED('root'));
    const syslog = await told(REFUSED('oracle'), 'syslog');
    const other = await told(REFUSED('postgres'), 'alertmanager');
    expect(new Set([person, syslog, other].map(({ patternId }) => patternId)).size).toBe(3);
  });

  it('is a line of a program by who handed it in, whatever a ticket says of itself', async () => {
    const { told } = learner();
    const first = await told(REFUSED('root'), 'syslog');
    const claimed = await told(`${REFUSED('guest')} source syslog`, 'mallory');
    expect(claimed.patternId).not.toBe(first.patternId);
    const texts = [REFUSED('amy'), REFUSED('zoe')];
    for (const text of texts) expect((await told(text, 'mallory')).similarity).not.toBe(TEMPLATE_PRECISION);
  });

  it('follows what a person said about its pattern', async () => {
    const { storage, told } = learner();
    const first = await told('database replica lags behind on host alpha by far', 'syslog');
    const other = await told('replica of the database is late', 'syslog');
    const merge = { kind: 'merge', into: other.patternId } as const;
    await storage.patterns.change({
      tenant: 'acme',
      changeId: 'c-1',
      patternId: first.patternId,
      edit: merge,
      reason: null,
      by: 'ana',
    });
    const next = await told('database replica lags behind on host beta by far', 'syslog');
    expect(next.patternId).toBe(other.patternId);
  });

  it.each(['', '10.0.0.1 10.0.0.2 17', '<*> <*>', '\u0000', '😀 😀', 'disk 17', 'disk <hex>'])(
    '%j fits no template',
    (line) => {
      const filed = ['', '<ip> <num>', '<*>', 'disk <num>', '<num> <num>'].map((masked, at) => ({
        patternId: `p-${at}`,
        masked,
      }));
      expect(templateMatch(line, filed)).toBe(null);
    },
  );

  it('keeps open what differs among the lines of a template, and prefers what fits best', () => {
    const filed = [
      { patternId: 'a', masked: 'link down on port one of rack x' },
      { patternId: 'a', masked: 'link down on port two of rack x' },
      { patternId: 'b', masked: 'link down on port six of room x' },
    ];
    expect(templateMatch('link down on port ten of rack y', filed)).toBe('a');
    expect(templateMatch('link down on port six of room y', filed)).toBe('b');
    // What only one line says is open: the other pattern says more of this one.
    expect(
      templateMatch('link down on port one of rack z', [
        ...filed.slice(0, 2),
        { patternId: 'b', masked: 'link down on port one of room z' },
      ]),
    ).toBe('b');
    expect(templateMatch('link down u v w x y z', [{ patternId: 'a', masked: 'link down a b c d e f' }])).toBe(null);
  });
});
