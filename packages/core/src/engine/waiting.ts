const rethrow = (error: unknown): never => {
  throw error;
};

/**
 * What is waited for, and what follows from it. Whoever wants to know waits for `asked` itself: a promise made of another
 * costs a turn of its own, and a clearance has a dozen of them to wait for.
 */
export class Waiting<Found> {
  private constructor(
    readonly asked: Promise<unknown>,
    /** What follows from the answer. */
    readonly take: (answer: unknown) => Found,
    /** The answer that a rejection stands for; throws where it stands for none. */
    readonly failed: (error: unknown) => unknown,
  ) {}

  /** @param failed the answer that a rejection stands for. Default: none, so that it is thrown. */
  static for<Answer, Found>(
    asked: Promise<Answer>,
    take: (answer: Answer) => Found,
    failed: (error: unknown) => Answer = rethrow,
  ): Waiting<Found> {
    return new Waiting(asked, take as (answer: unknown) => Found, failed);
  }

  /** Waits, where a turn more does not matter. */
  async found(): Promise<Found> {
    return this.take(await Promise.resolve(this.asked).catch(this.failed));
  }
}
