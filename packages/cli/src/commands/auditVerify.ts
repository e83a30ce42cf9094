import { type Anchor, type AuditReport, RemitError, type VerifyOptions, verifyAudit } from '@remit/core';
import { readAnchors } from '../anchors.js';
import { openStore, requireStore } from '../openStore.js';
import { type Command, type Given, textOf } from './command.js';

const SHOWN = 200;

function keyOf(given: Given): VerifyOptions {
  const name = textOf(given, 'hmac-key-env');
  if (name === undefined) return {};
  const key = given.env[name];
  if (key) return { hmacKey: key };
  throw new RemitError('invalid_configuration', `The environment variable ${name} is empty.`, {
    nextStep: `Put the key that seals are made with into ${name}; a key on the command line could be seen by others.`,
  });
}

function sentences(
  { intact, findings, unsealed, counted, heads }: AuditReport,
  anchors: readonly Anchor[] | null,
): readonly string[] {
  const place = (tenant: string, remediationId: string | null): string =>
    `tenant ${JSON.stringify(tenant)}, ${remediationId === null ? 'own records' : `remediation ${remediationId}`}`;
  const { tenants, remediations, rows, seals } = counted;
  return [
    ...findings
      .slice(0, SHOWN)
      .map(
        ({ fault, tenant, remediationId, seal, detail }) =>
          `${fault}  ${seal === null ? place(tenant, remediationId) : `tenant ${JSON.stringify(tenant)}, chain`}: ${detail}`,
      ),
    ...(findings.length > SHOWN ? [`... and ${findings.length - SHOWN} more; --json shows all.`] : []),
    ...unsealed
      .slice(0, SHOWN)
      .map(
        ({ tenant, remediationId, from, to }) =>
          `not sealed yet  ${place(tenant, remediationId)}: rows ${from} to ${to}`,
      ),
    ...heads.map(({ tenant, seq, hash }) => `head  tenant ${JSON.stringify(tenant)}: seal ${seq}, ${hash}`),
    `${rows} rows of ${remediations} remediations and ${tenants} tenants, ${seals} seals: ${intact ? 'intact' : `${findings.length} findings`}.`,
    ...(anchors === null
      ? ['Without --anchor or --hmac-key-env a full rewrite of the database would not be seen.']
      : []),
  ];
}

/** `remit audit verify` */
export const auditVerify: Command = {
  help: `remit audit verify --store STORE [--anchor FILE] [--hmac-key-env NAME] [--json]
  Checks every log, seal and table against the hash chains; exit code 1 when something is not as it was written.
  --anchor        heads that were kept elsewhere: JSON lines { tenant, seq, hash, atMs }
  --hmac-key-env  environment variable with the key that seals are made with`,
  options: {
    store: { type: 'string' },
    anchor: { type: 'string' },
    'hmac-key-env': { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(given) {
    const spec = requireStore(textOf(given, 'store'));
    const key = keyOf(given);
    const file = textOf(given, 'anchor');
    const anchors = file === undefined ? null : await readAnchors(file);
    const storage = await openStore(spec);
    try {
      const report = await verifyAudit(storage, { ...key, anchors: anchors ?? [] });
      const witness = anchors !== null || 'hmacKey' in key ? [] : null;
      if (given.values.json) given.print(JSON.stringify(report));
      else for (const line of sentences(report, witness)) given.print(line);
      return report.intact ? 0 : 1;
    } finally {
      await storage.close();
    }
  },
};
