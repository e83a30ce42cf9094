import { standIn } from './standIn.js';

/** An answer as it goes out, before it is anything of a platform's. */
export interface Sent {
  readonly status: number;
  /** Names in small letters; the length of a text is not among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The whole body, or one that comes bit by bit; null for none. */
  readonly body: string | ReadableStream<Uint8Array> | null;
  /** The length that a body would have which is not sent (HEAD), bytes. */
  readonly unsentBytes?: number;
}

const encoder = new TextEncoder();

/** The length of a text in UTF-8. */
export function bytesOf(text: string): number {
  return encoder.encode(text).byteLength;
}

/** The answer as every platform has it. */
export function toResponse({ status, headers, body, unsentBytes }: Sent): Response {
  const bytes = typeof body === 'string' ? encoder.encode(body) : null;
  const length = bytes?.byteLength ?? unsentBytes;
  return new Response(bytes ?? (body as ReadableStream<Uint8Array> | null), {
    status,
    headers: length === undefined ? headers : { ...headers, 'content-length': String(length) },
  });
}

class SentResponse {
  readonly #sent: Sent;
  #real: Response | null = null;

  constructor(sent: Sent) {
    this.#sent = sent;
  }

  get status(): number {
    return this.#sent.status;
  }

  get ok(): boolean {
    return this.#sent.status >= 200 && this.#sent.status < 300;
  }

  /** The whole answer, as long as nobody asked for more than its status. */
  static sentOf(response: object): Sent | null {
    return #sent in response && response.#real === null ? response.#sent : null;
  }

  static realOf(response: unknown): Response {
    const self = response as SentResponse;
    self.#real ??= toResponse(self.#sent);
    return self.#real;
  }
}
standIn(SentResponse.prototype, new Response(), SentResponse.realOf);

/** A Response that is made of an answer only when somebody looks at more of it than its status. */
export function responseOnDemand(sent: Sent): Response {
  return new SentResponse(sent) as unknown as Response;
}

/** What a response is made of that {@link responseOnDemand} made and nobody looked into; else null. */
export function sentOf(response: Response): Sent | null {
  return SentResponse.sentOf(response);
}
