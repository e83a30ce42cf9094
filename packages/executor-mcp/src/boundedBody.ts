/** The same response, whose body fails as soon as it has more bytes than allowed. A stream of events is counted whole. */
export function boundedBody(response: Response, maxBytes: number): Response {
  const { body, status, statusText, headers } = response;
  if (body === null) return response;
  let bytes = 0;
  const bounded = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > maxBytes) controller.error(new Error(`the answer is larger than ${maxBytes} bytes`));
        else controller.enqueue(chunk);
      },
    }),
  );
  const limited = new Response(bounded, { status, statusText, headers });
  // The constructor leaves these empty; whoever follows redirects needs them.
  Object.defineProperty(limited, 'url', { value: response.url });
  Object.defineProperty(limited, 'type', { value: response.type });
  return limited;
}
