const bodies = new WeakMap<Response, Uint8Array>();

/** An answer whose whole body is known; a server that asks for it need not read it piece by piece. */
export function wholeResponse(bytes: Uint8Array | null, init: ResponseInit): Response {
  const response = new Response(bytes as Uint8Array<ArrayBuffer> | null, init);
  if (bytes !== null) bodies.set(response, bytes);
  return response;
}

/** The whole body of an answer that nobody has read; null where it is not known. */
export function wholeBodyOf(response: Response): Uint8Array | null {
  return response.bodyUsed ? null : (bodies.get(response) ?? null);
}
