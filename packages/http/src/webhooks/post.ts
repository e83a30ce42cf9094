import { lookup as systemLookup } from 'node:dns/promises';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './address.js';

/** The addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/** By the system's resolver, all addresses. */
export const resolveBySystem: Resolve = (host) => systemLookup(host, { all: true });

/** What is sent, and under which limits. */
export interface Posting {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole attempt, the look-up of the name included, ms. */
  readonly timeoutMs: number;
  readonly allowPrivate: boolean;
  readonly resolve: Resolve;
}

/** What came of it: the status of the answer, or why there is none. */
export type Posted = { readonly status: number } | { readonly failure: string };

class Blocked extends Error {}

/** The addresses that may be connected to; all of them must be public, so that none is chosen by luck. */
async function openAddresses(host: string, { allowPrivate, resolve }: Posting) {
  const literal = host.replace(/^\[|\]$/g, '');
  const family = isIP(literal);
  const found = family === 0 ? await resolve(host) : [{ address: literal, family }];
  if (found.length === 0) throw new Blocked(`${host} has no address`);
  const inside = allowPrivate ? undefined : found.find(({ address }) => !isPublicAddress(address));
  if (inside) throw new Blocked(`${host} is at ${inside.address}, which is not a public address`);
  return found;
}

/**
 * Posts once, on a connection of its own, to exactly the addresses that were looked at: a name that means something
 * else a moment later is not asked again. Redirects are not followed, and nothing of the answer is read but its status.
 */
export async function post(posting: Posting): Promise<Posted> {
  const { url, headers, body, timeoutMs } = posting;
  const giveUp = AbortSignal.timeout(timeoutMs);
  const late = new Promise<never>((_, reject) => {
    giveUp.addEventListener('abort', () => reject(new Blocked(`no answer within ${timeoutMs} ms`)));
  });
  late.catch(() => {});
  try {
    const addresses = await Promise.race([openAddresses(url.hostname, posting), late]);
    const lookup: LookupFunction = (_, options, callback) => {
      const [first] = addresses;
      if (options.all) callback(null, [...addresses]);
      else callback(null, first?.address ?? '', first?.family);
    };
    const request = url.protocol === 'https:' ? secureRequest : plainRequest;
    const answered = new Promise<Posted>((resolve, reject) => {
      const sent = request(
        url,
        {
          method: 'POST',
          agent: false,
          lookup,
          signal: giveUp,
          headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        },
        (answer) => {
          resolve({ status: answer.statusCode ?? 0 });
          // Whatever follows is nobody's: the connection ends here.
          answer.destroy();
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
    answered.catch(() => {});
    return await Promise.race([answered, late]);
  } catch (error) {
    if (error instanceof Blocked) return { failure: error.message };
    const { code } = error as NodeJS.ErrnoException;
    return { failure: `no connection (${code ?? 'unknown'})` };
  }
}
