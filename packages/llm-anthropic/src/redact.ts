/* What may leave the process: untrusted text without secrets, and without characters that a reader cannot see. */

const SECRETS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  // One without an end is taken out as far as a key may reach.
  [
    'private key',
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:[\s\S]{0,8000}?-----END [A-Z ]{0,40}PRIVATE KEY-----|[\s\S]{0,8000})/g,
  ],
  ['token', /\beyJ[\w-]{8,2000}\.[\w-]{8,4000}(?:\.[\w-]{0,2000})?/g],
  ['key', /\b(?:sk|pk|rk|ghp|gho|ghs|github_pat|glpat|xox[abprs]|AKIA|ASIA)[-_]?[\w-]{12,200}\b/g],
  ['credentials', /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:]{1,200}:[^\s/@]{1,200}(?=@)/gi],
  ['authorization', /(?<=\b(?:bearer|basic)\s)[\w.~+/=-]{8,4000}/gi],
  [
    'secret',
    /(?<=\b(?:password|passwd|passphrase|pwd|secret|api[-_ ]?key|access[-_ ]?key|token)["']?\s{0,3}(?:[:=]|is)\s{0,3}["']?)[^\s"',;]{3,500}/gi,
  ],
];

/**
 * Masks what looks like a secret: private keys, tokens, keys of known shape, credentials in addresses, values after
 * words such as "password". It cannot know every secret and knows nothing of personal data: give `redact` your own
 * for that.
 */
export function redactSecrets(text: string): string {
  return SECRETS.reduce((masked, [kind, pattern]) => masked.replace(pattern, `[${kind} removed]`), text);
}

/** Control and format characters, unpaired surrogates, private use and tag characters; tab and line break stay. */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u{e0000}-\u{e0fff}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

/** An untrusted text as it may be sent: visible characters alone, redacted, no longer than allowed. */
export function forModel(text: string, redact: (text: string) => string, maxCharacters: number): string {
  const lines = text.replace(/\r\n?/g, '\n');
  const seen = lines.replace(UNSEEN, '');
  const unseen = lines.length - seen.length;
  // Cut after redaction: a cut through a secret would hide it from the patterns.
  const redacted = redact(seen);
  const cut = redacted.slice(0, maxCharacters);
  const notes = [
    ...(unseen > 0 ? [`[${unseen} invisible characters removed]`] : []),
    ...(redacted.length > cut.length ? [`[${redacted.length - cut.length} more characters cut]`] : []),
  ];
  return [cut, ...notes].join('\n');
}
