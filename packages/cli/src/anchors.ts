import { appendFile, readFile } from 'node:fs/promises';
import { type Anchor, RemitError } from '@remit/core';

function anchorOf(line: string): Anchor | null {
  try {
    const { tenant, seq, hash, atMs } = JSON.parse(line) as Partial<Anchor>;
    if (typeof tenant !== 'string' || !Number.isSafeInteger(seq) || Number(seq) < 1) return null;
    if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) return null;
    return { tenant, seq: Number(seq), hash, atMs: typeof atMs === 'number' ? atMs : 0 };
  } catch {
    return null;
  }
}

/**
 * Reads anchors, one JSON object a line.
 * @throws RemitError `invalid_configuration` for a file that cannot be read, is empty, or has a line that is no anchor:
 * a witness that says nothing must not look like one that agrees.
 */
export async function readAnchors(file: string): Promise<readonly Anchor[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new RemitError('invalid_configuration', `--anchor ${file} cannot be read.`, {
      nextStep: 'Name a file with the heads that `remit audit verify` printed, or that `remit serve --anchor` wrote.',
      cause,
    });
  });
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const anchors = lines.map((line, index) => {
    const anchor = anchorOf(line);
    if (anchor) return anchor;
    throw new RemitError('invalid_configuration', `--anchor ${file}, line ${index + 1} is no anchor.`, {
      nextStep: 'Each line must be a JSON object { "tenant", "seq", "hash", "atMs" }.',
    });
  });
  if (anchors.length > 0) return anchors;
  throw new RemitError('invalid_configuration', `--anchor ${file} has no anchors.`, {
    nextStep: 'Leave --anchor out to verify without a witness.',
  });
}

/** Writes each head to the end of a file. */
export function anchorsInto(file: string): (anchor: Anchor) => Promise<void> {
  return ({ tenant, seq, hash, atMs }) => appendFile(file, `${JSON.stringify({ tenant, seq, hash, atMs })}\n`);
}
