/** As much of a place in the tree of a program as is looked at here. */
interface Place {
  isStringLiteral(): boolean;
  isTemplateLiteral(): boolean;
  readonly node: {
    readonly value?: unknown;
    readonly quasis?: readonly { readonly value: { readonly raw: string } }[];
  };
}

/** Whether a text has a blank in it: a sentence, or a part of one. No name, key, state or number does. */
function isProse(place: Place): boolean {
  if (place.isStringLiteral()) return / /.test(String(place.node.value));
  return place.isTemplateLiteral() && (place.node.quasis ?? []).some(({ value }) => / /.test(value.raw));
}

/**
 * Leaves out changes of sentences: a test that holds every word told to a person notices each better word as a fault.
 * What decides is changed all the same, also the condition that chooses between two sentences.
 */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'prose',
    value: { shouldIgnore: (place: Place) => (isProse(place) ? 'a sentence for people' : undefined) },
  },
];
