import mitt from 'mitt';
import { type Api, type Ask, type Reply, Trouble } from './api.js';

/** What is known of one resource. What was there before stays while it is asked for anew, and when that fails. */
export interface Known {
  readonly body: unknown;
  readonly etag: string | null;
  readonly trouble: Trouble | null;
  readonly loading: boolean;
}

/** How the page hears of changes: by events as they come, by asking again and again, or not at all. */
export type Liveness = 'live' | 'polling' | 'off';

/** The answers of the API that elements show, shared between them. */
export interface Store {
  /** Follows a resource by its path; the listener is called at once and with every change. Ends with the function it returns. */
  watch(path: string, listener: (known: Known) => void): () => void;
  /** Asks for everything again that somebody follows. */
  refresh(): Promise<void>;
  /** Appends the next page of a list to what is known of it. */
  more(path: string): Promise<void>;
  /** Changes something, then asks again for what is followed. @throws Trouble when it was refused. */
  send(request: Ask): Promise<Reply>;
  /** Keeps what is followed up to date until `close`. */
  live(): void;
  /** Hears when the live connection comes or goes. */
  on(type: 'liveness', listener: (liveness: Liveness) => void): void;
  /** Hears that the API does not know the caller any more. */
  on(type: 'unauthenticated', listener: () => void): void;
  /** Stops following; nothing is asked for any more. */
  close(): void;
}

const NOTHING: Known = { body: null, etag: null, trouble: null, loading: true };
/** Between two questions where there are no events, ms. */
const POLL_MS = 4_000;
/** Events that come close together are one change, ms. */
const GATHER_MS = 150;

function asTrouble(error: unknown): Trouble {
  return error instanceof Trouble ? error : new Trouble(String(error), 0, 'unknown');
}

interface PageBody {
  readonly items: readonly unknown[];
  readonly next_cursor: string | null;
}

/** A store on one connection to the API. */
export function createStore(api: Api): Store {
  const changes = mitt<Record<string, Known>>();
  const signals = mitt<{ liveness: Liveness; unauthenticated: undefined }>();
  const known = new Map<string, Known>();
  const followers = new Map<string, number>();
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isGathering = false;

  function put(path: string, part: Partial<Known>): void {
    const next = { ...(known.get(path) ?? NOTHING), ...part };
    known.set(path, next);
    changes.emit(path, next);
  }

  async function request(ask: Ask): Promise<Reply> {
    try {
      return await api.ask(ask);
    } catch (error) {
      const trouble = asTrouble(error);
      if (trouble.status === 401) signals.emit('unauthenticated');
      if (trouble.code === 'no_answer') signals.emit('liveness', 'off');
      throw trouble;
    }
  }

  async function pageAfter(path: string, { items, next_cursor: cursor }: PageBody): Promise<PageBody> {
    const next = `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor ?? '')}`;
    const page = (await request({ method: 'GET', path: next })).body as PageBody;
    return { ...page, items: [...items, ...page.items] };
  }

  /** A resource; of a list as many items as were shown before, so that nothing is gone when something happens. */
  async function whole(path: string): Promise<Reply> {
    const shown = (known.get(path)?.body as Partial<PageBody> | null)?.items?.length ?? 0;
    const reply = await request({ method: 'GET', path });
    let body = reply.body as PageBody | null;
    while (body?.next_cursor && body.items.length < shown) body = await pageAfter(path, body);
    return { ...reply, body };
  }

  async function ask(path: string): Promise<void> {
    put(path, { loading: true });
    await whole(path).then(
      ({ body, etag }) => put(path, { body, etag, trouble: null, loading: false }),
      (error) => put(path, { trouble: asTrouble(error), loading: false }),
    );
  }

  /** One question at a time for each path; whoever asks meanwhile gets the answer of a second one. */
  function load(path: string): Promise<void> {
    const before = running.get(path);
    if (before) {
      again.add(path);
      return before;
    }
    const run = ask(path).then(() => {
      running.delete(path);
      return again.delete(path) ? load(path) : undefined;
    });
    running.set(path, run);
    return run;
  }

  async function refresh(): Promise<void> {
    await Promise.all([...followers.keys()].map(load));
  }

  /** Events that come close together are one change. */
  function onEvent(): void {
    signals.emit('liveness', 'live');
    if (isGathering) return;
    isGathering = true;
    setTimeout(() => {
      isGathering = false;
      void refresh();
    }, GATHER_MS);
  }

  /** Where events cannot be had, it asks again and again. */
  function poll(): void {
    if (stop.signal.aborted) return;
    signals.emit('liveness', 'polling');
    timer = setTimeout(() => void refresh().then(poll), POLL_MS);
  }

  return {
    watch(path, listener) {
      changes.on(path, listener);
      const count = followers.get(path) ?? 0;
      followers.set(path, count + 1);
      listener(known.get(path) ?? NOTHING);
      if (count === 0) void load(path);
      return () => {
        changes.off(path, listener);
        const left = (followers.get(path) ?? 1) - 1;
        if (left > 0) followers.set(path, left);
        else followers.delete(path);
      };
    },
    refresh,
    async more(path) {
      const body = known.get(path)?.body as PageBody | null | undefined;
      if (!body?.next_cursor) return;
      const longer = await pageAfter(path, body);
      // Asked twice at once, or asked anew meanwhile: then this page has its place no more.
      if (known.get(path)?.body === body) put(path, { body: longer });
    },
    async send(ask) {
      try {
        return await request(ask);
      } finally {
        // After a refusal too: it may be that what was shown is not how it is any more.
        void refresh();
      }
    },
    live: () => void api.follow(onEvent, stop.signal).then(poll, poll),
    on: (type: 'liveness' | 'unauthenticated', listener: (liveness: never) => void) =>
      signals.on(type, listener as () => void),
    close() {
      stop.abort();
      clearTimeout(timer);
      signals.all.clear();
      changes.all.clear();
    },
  };
}
