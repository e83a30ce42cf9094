/** Questions that are answered together at most. */
const MOST = 64;

/** How questions of one kind are answered. */
export interface Gathering<Ask, Answer> {
  /** Answers questions at once, in their order; null for one that has to be asked alone, as it would hold up the others. */
  together(asks: readonly Ask[]): Promise<readonly (Answer | null)[]>;
  /** Answers one. */
  alone(ask: Ask): Promise<Answer>;
  /** What a question is about: two about the same are never answered together. Default: all are about something else. */
  about?(ask: Ask): string;
  /** How long a question that follows closely on another one waits for more to come along, ms. Default 0. */
  readonly lingersMs?: number;
}

/** Questions that follow one another within this time come from work that goes on side by side, ms. */
const CLOSE_MS = 25;

interface Waiting<Ask, Answer> {
  readonly ask: Ask;
  readonly about: string | null;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Answers questions of one process together: those that come while others are answered wait, and are the next ones. An
 * answer is always of a moment after its question. Where answering together fails, each is asked alone, so that nobody
 * hears of a failure that is not its own.
 */
export function gathered<Ask, Answer>({
  together,
  alone,
  about,
  lingersMs = 0,
}: Gathering<Ask, Answer>): (ask: Ask) => Promise<Answer> {
  let waiting: Waiting<Ask, Answer>[] = [];
  let isAnswering = false;
  let lastAskedAt = Number.NEGATIVE_INFINITY;

  /** Not at once: whoever else asks in this turn of the loop, or soon, comes along. */
  function soon(start: () => void): void {
    const isClose = performance.now() - lastAskedAt < CLOSE_MS;
    if (lingersMs > 0 && isClose) setTimeout(start, lingersMs);
    else setImmediate(start);
  }

  function nextOnes(): readonly Waiting<Ask, Answer>[] {
    const taken: Waiting<Ask, Answer>[] = [];
    const left: Waiting<Ask, Answer>[] = [];
    const subjects = new Set<string>();
    for (const one of waiting) {
      const isIn = taken.length < MOST && !(one.about !== null && subjects.has(one.about));
      (isIn ? taken : left).push(one);
      // Also of one that is left: a later one about the same must not overtake it.
      if (one.about !== null) subjects.add(one.about);
    }
    waiting = left;
    return taken;
  }

  /** Not waited for: what one of them waits for must not hold up the next ones. */
  function answerAlone({ ask, resolve, reject }: Waiting<Ask, Answer>): void {
    alone(ask).then(resolve, reject);
  }

  async function answer(some: readonly Waiting<Ask, Answer>[]): Promise<void> {
    let answers: readonly (Answer | null)[];
    try {
      answers = await together(some.map(({ ask }) => ask));
    } catch (error) {
      // Of several, one may have spoilt it for all.
      if (some.length === 1) some[0]?.reject(error);
      else some.forEach(answerAlone);
      return;
    }
    for (const [at, one] of some.entries()) {
      const found = answers[at] ?? null;
      if (found === null) answerAlone(one);
      else one.resolve(found);
    }
  }

  async function answerAll(): Promise<void> {
    while (waiting.length > 0) await answer(nextOnes());
    isAnswering = false;
  }

  return (ask) =>
    new Promise((resolve, reject) => {
      waiting.push({ ask, about: about?.(ask) ?? null, resolve, reject });
      if (!isAnswering) {
        isAnswering = true;
        soon(() => void answerAll());
      }
      lastAskedAt = performance.now();
    });
}

/** {@link gathered} for questions that change nothing, each of which has one answer. */
export function gatheredReads<Ask, Answer extends {}>(
  together: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
): (ask: Ask) => Promise<Answer> {
  return gathered({
    together,
    async alone(ask) {
      const [answer] = await together([ask]);
      if (answer === undefined) throw new Error('A question was left without an answer.');
      return answer;
    },
  });
}
