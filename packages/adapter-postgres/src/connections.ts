import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Pool, PoolClient, QueryResult } from 'pg';
import type { NameStatement } from './statements.js';
import { endsConnection, isOutdated } from './troubles.js';

function ignore(): void {
  // What broke is told to whoever asks next; an event that nobody listens to would end the process.
}

/** @param isAlone not within a transaction: then a statement that was not carried out may be sent again by itself. */
type Send = (
  client: PoolClient,
  statement: { readonly text: string; readonly values: readonly unknown[]; readonly isAlone: boolean },
) => Promise<QueryResult>;

/** Sends statements as they are, or under the names that they are prepared by. */
function sending(nameOf: NameStatement | undefined): Send {
  // Connections on which the tables were changed after statements had been prepared.
  const outdated = new WeakSet<PoolClient>();
  return async (client, { text, values, isAlone }) => {
    const plainly = (): Promise<QueryResult> => client.query(text, [...values]);
    const name = outdated.has(client) ? null : (nameOf?.(text) ?? null);
    if (name === null) return plainly();
    try {
      return await client.query({ name, text, values: [...values] });
    } catch (error) {
      if (!isOutdated(error)) throw error;
      outdated.add(client);
      // A transaction is tried again as a whole, as after a lost race: its end may be on its way already.
      if (!isAlone) throw error;
      return plainly();
    }
  };
}

/** What was thrown, as the error that a pool wants to be told. */
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Statements that begin a transaction; what they answer is nothing. */
const BEGINS = /^begin\b/;
const ENDS = /^(commit|rollback)$/;
const NOTHING: QueryResult = { command: 'BEGIN', rowCount: 0, oid: 0, fields: [], rows: [] };

/**
 * Sends statements in the order in which they are asked, without waiting for answers where the connection can do without;
 * what begins a transaction is sent together with its first statement. That saves round trips.
 */
function inOrder(client: PoolClient, send: Send) {
  const hold = sendsTogether(client);
  let begin: string | null = null;
  let isOpen = false;
  let before: Promise<unknown> = Promise.resolve();

  async function now(text: string, values: readonly unknown[]): Promise<QueryResult> {
    if (client.pipeline && BEGINS.test(text)) {
      begin = text;
      return NOTHING;
    }
    const begun = begin;
    begin = null;
    const ends = ENDS.test(text);
    // Nothing was sent that could end.
    if (begun !== null && ends) return NOTHING;
    if (begun !== null || BEGINS.test(text)) isOpen = true;
    if (client.pipeline) hold();
    const started = begun === null ? null : client.query(begun);
    const answer = send(client, { text, values, isAlone: !isOpen });
    if (ends) isOpen = false;
    return started === null ? answer : Promise.all([started, answer]).then(([, last]) => last);
  }

  return (text: string, values: readonly unknown[]) => {
    if (client.pipeline) return now(text, values);
    const answer = before.then(() => now(text, values));
    before = answer.catch(() => {});
    return answer;
  };
}

async function connect(pool: Pool, send: Send): Promise<PostgresPoolClient> {
  const client = await pool.connect();
  client.on('error', ignore);
  let broken: Error | undefined;
  const ask = inOrder(client, send);
  const query = async (text: string, values: readonly unknown[]) => {
    try {
      return await ask(text, values);
    } catch (error) {
      if (endsConnection(error)) broken = asError(error);
      throw error;
    }
  };
  return {
    // Only streams ask for a cursor, and nothing here streams.
    query: query as unknown as PostgresPoolClient['query'],
    release() {
      // One that broke may still say so after it is given back, when nobody else listens.
      if (broken === undefined) client.off('error', ignore);
      client.release(broken);
    },
  };
}

/**
 * A pool as kysely wants it: connections that break do not end the process, and are not given out again.
 * @param isOurs whether closing the store ends the pool; a given one is left as it was.
 * @param nameOf names statements that are kept prepared. Default: none is.
 */
export function connections(pool: Pool, isOurs: boolean, nameOf?: NameStatement): PostgresPool {
  const send = sending(nameOf);
  pool.on('error', ignore);
  return {
    connect: () => connect(pool, send),
    async end() {
      // Our own goes on being listened to: it has ended before its connections have, and they may still break.
      if (isOurs) await pool.end();
      else pool.off('error', ignore);
    },
  };
}

/** A stream that can hold back what is written to it. */
interface Corked {
  cork(): void;
  uncork(): void;
}

/** Holds back what a connection sends until this turn is over: questions of one turn leave in one message. */
function sendsTogether(client: PoolClient): () => void {
  // Not part of pg's interface; where it is not there, each question is sent by itself.
  const { connection } = client as { readonly connection?: { readonly stream?: Partial<Corked> } };
  let isHeld = false;
  return () => {
    const stream = connection?.stream;
    if (isHeld || !stream?.cork || !stream.uncork) return;
    isHeld = true;
    stream.cork();
    process.nextTick(() => {
      isHeld = false;
      stream.uncork?.();
    });
  };
}

/**
 * One connection of a pool that answers short questions in turn, as they come: each is sent at once, whatever is still to
 * be answered. No transactions. One that broke is given back, and the next question takes another.
 */
export function oneConnection(pool: Pool, nameOf?: NameStatement): PostgresPool {
  const send = sending(nameOf);
  let taken: Promise<PostgresPoolClient & { giveBack(): void }> | undefined;

  async function take() {
    const client = await pool.connect();
    client.on('error', ignore);
    const hold = sendsTogether(client);
    let isBack = false;
    const giveBack = (error?: Error): void => {
      if (isBack) return;
      isBack = true;
      taken = undefined;
      client.off('end', onEnd);
      // One that broke may still say so after it is given back, when nobody else listens.
      if (error === undefined) client.off('error', ignore);
      client.release(error);
    };
    // Found out as soon as it breaks, and not by the next question: whoever asks after a restart of the server is answered.
    const onEnd = (): void => giveBack(new Error('The connection has ended.'));
    client.on('end', onEnd);
    const query = async (text: string, values: readonly unknown[]) => {
      try {
        hold();
        return await send(client, { text, values, isAlone: true });
      } catch (error) {
        if (endsConnection(error)) giveBack(asError(error));
        throw error;
      }
    };
    return { query: query as unknown as PostgresPoolClient['query'], release() {}, giveBack };
  }

  return {
    async connect() {
      taken ??= take();
      const mine = taken;
      return mine.catch((error: unknown) => {
        if (taken === mine) taken = undefined;
        throw error;
      });
    },
    async end() {
      (await taken?.catch(() => undefined))?.giveBack();
    },
  };
}
