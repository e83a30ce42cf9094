/** How long something may take, and what ends it early. */
export interface Limits {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Limits that run down: everything done under one budget shares its time. */
export interface Budget {
  readonly signal: AbortSignal;
  /** Milliseconds left; 0 or less when the time is over. */
  left(): number;
}

/** The longest time a timer can hold; beyond it Node fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Starts the clock. A time that is no positive number leaves nothing to spend. */
export function startBudget({ signal, timeoutMs }: Limits): Budget {
  const granted = timeoutMs > 0 ? Math.min(timeoutMs, LONGEST_TIMER_MS) : 0;
  const endsAt = performance.now() + granted;
  return { signal, left: () => endsAt - performance.now() };
}

/**
 * Waits for work, but no longer than the budget. The work itself goes on: several callers may wait for the same.
 * @throws Error that says what took too long or was aborted; or what the work threw.
 */
export function within<T>(budget: Budget, what: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const left = budget.left();
    const aborted = () => settle(() => reject(new Error(`${what} was aborted`)));
    const timer = setTimeout(
      () => settle(() => reject(new Error(`${what} took longer than the time allowed`))),
      Math.max(0, left),
    );
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      budget.signal.removeEventListener('abort', aborted);
      finish();
    };
    work.then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
    budget.signal.addEventListener('abort', aborted, { once: true });
    if (budget.signal.aborted) aborted();
    else if (left <= 0) settle(() => reject(new Error(`no time was left for ${what}`)));
  });
}
