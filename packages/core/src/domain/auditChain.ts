import { type Anchor, type Seal, type SealHead, sealHash } from './audit.js';
import type { AuditFault, AuditFinding } from './auditCheck.js';

/** A seal as the store has it. */
export interface StoredSeal extends Seal {
  /** What is wrong with its columns apart from the hash, as a sentence; null when nothing is. */
  readonly damage: string | null;
}

/** What a chain is checked against besides itself. */
export interface ChainWitness {
  /** Heads of this tenant that were kept elsewhere. */
  readonly anchors: readonly Anchor[];
  /** Whether a code is the key's for a hash; null without the key. */
  readonly isAuthentic: ((hash: string, mac: string) => boolean) | null;
}

/** How far a chain was walked. */
export interface ChainWalk {
  readonly head: SealHead | null;
  /** Number of the last seal with a valid code; everything up to there is the key holder's. */
  readonly authenticTo: number;
  readonly findings: readonly AuditFinding[];
}

/** A walk that begins. */
export const CHAIN_START: ChainWalk = { head: null, authenticTo: 0, findings: [] };

function finding(fault: AuditFault, tenant: string, seal: number, detail: string): AuditFinding {
  return { fault, tenant, remediationId: null, version: null, seal, detail };
}

/** Looks at the next seal of a chain. Pure. */
export function walkSeal(walk: ChainWalk, stored: StoredSeal, { anchors, isAuthentic }: ChainWitness): ChainWalk {
  const { tenant, seq, hash, previousHash, atMs, mac } = stored;
  const findings: AuditFinding[] = [];
  const say = (fault: AuditFault, detail: string): void => void findings.push(finding(fault, tenant, seq, detail));
  const expected = (walk.head?.seq ?? 0) + 1;
  const isNext = seq === expected;
  if (seq > expected) {
    say(
      'missing_seal',
      expected + 1 === seq ? `Seal ${expected} is gone.` : `Seals ${expected} to ${seq - 1} are gone.`,
    );
  }
  if (seq < expected) say('edited_seal', `Seal ${seq} is there twice, or has no number of this chain.`);
  if (stored.damage !== null) say('edited_seal', `Seal ${seq}: ${stored.damage}`);
  else if (sealHash(previousHash, stored) !== hash)
    say('edited_seal', `Seal ${seq} is not what was hashed when it was made.`);
  else if (isNext && previousHash !== (walk.head?.hash ?? '')) {
    say('edited_seal', `Seal ${seq} does not follow from the seal before: one of the two was replaced.`);
  }
  const isValid = isAuthentic !== null && mac !== null && isAuthentic(hash, mac);
  if (isAuthentic !== null && mac !== null && !isValid) say('wrong_mac', `Seal ${seq} was not made with this key.`);
  for (const anchor of anchors) {
    if (anchor.seq === seq && anchor.hash !== hash) {
      say(
        'differs_from_anchor',
        `Seal ${seq} is not the one that the anchor saw: everything up to it may be rewritten.`,
      );
    }
  }
  return {
    head: { seq, hash, atMs },
    authenticTo: isValid ? seq : walk.authenticTo,
    findings: [...walk.findings, ...findings],
  };
}

/** Looks at the end of a chain: is it where the head, the anchors and the key say? Pure. */
export function endOfChain(
  tenant: string,
  walk: ChainWalk,
  head: SealHead | null,
  { anchors, isAuthentic }: ChainWitness,
): readonly AuditFinding[] {
  const findings = [...walk.findings];
  const last = walk.head?.seq ?? 0;
  const say = (fault: AuditFault, detail: string): void => void findings.push(finding(fault, tenant, last, detail));
  if ((head?.seq ?? 0) > last) say('cut_chain', `The chain ends at seal ${last}; its head was seal ${head?.seq}.`);
  else if ((head?.seq ?? 0) < last)
    say(
      'wrong_head',
      `The chain has ${last} seals; the head that is kept apart ${head ? `is seal ${head.seq}` : 'is gone'}.`,
    );
  else if (head !== null && (head.hash !== walk.head?.hash || head.atMs !== walk.head.atMs)) {
    say('wrong_head', `The head that is kept apart is not seal ${last} as it stands.`);
  }
  const newest = Math.max(0, ...anchors.map(({ seq }) => seq));
  if (newest > last) say('differs_from_anchor', `An anchor saw seal ${newest}; the chain ends at seal ${last}.`);
  if (isAuthentic !== null && walk.authenticTo < last) {
    say('wrong_mac', `Seals ${walk.authenticTo + 1} to ${last} do not carry a valid code of this key.`);
  }
  return findings;
}
