import { RemitError } from '@remit/core';
import { type Given, textOf } from './command.js';

/** Wrong usage of a command, and what to do about it. */
export function wrong(message: string, nextStep: string): RemitError {
  return new RemitError('invalid_configuration', message, { nextStep });
}

/**
 * Asks the API of a running server: `--url` names it, and the environment variable REMIT_TOKEN has the token of an
 * operator. With a body it is a POST. @throws RemitError for wrong usage, and with what the server answered.
 */
export async function askApi(given: Given, path: string, body?: unknown): Promise<unknown> {
  const url = textOf(given, 'url');
  const token = given.env['REMIT_TOKEN'];
  if (url === undefined) throw wrong('--url is missing.', 'Name the API, as in --url http://127.0.0.1:8080/api/v1.');
  if (!token) throw wrong('REMIT_TOKEN is not set.', 'Set it to the token of an operator.');
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${url.replace(/\/$/, '')}${path}`, { ...sent, headers });
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  throw new RemitError('version_conflict', `${url} answered ${response.status}: ${JSON.stringify(answer)}`);
}
