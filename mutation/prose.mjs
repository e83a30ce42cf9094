/**
 * Whether a text has a blank in it: a sentence, or a part of one. No name, key or state has.
 * @param {{ isStringLiteral(): boolean, isTemplateLiteral(): boolean, node: any }} place in the tree of a program
 */
function isProse(place) {
  if (place.isStringLiteral()) return / /.test(place.node.value);
  return place.isTemplateLiteral() && place.node.quasis.some(({ value }) => / /.test(value.raw));
}

/*
 * For Stryker: leaves out changes of sentences. A test that held every word told to a person would take each better word
 * for a fault. What decides is changed all the same, also the condition that chooses between two sentences.
 */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'prose',
    value: { shouldIgnore: (place) => (isProse(place) ? 'a sentence for people' : undefined) },
  },
];
