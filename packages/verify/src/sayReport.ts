import type { Verdict, VerifyReport } from './verifyGuarantees.js';

function lineOf({ id, says, result, because, control, controlSays }: Verdict): readonly string[] {
  if (result === 'not_applicable') return [`n/a    ${id}: ${says}`, `       Not tried: ${because}`];
  if (result === 'broken') return [`BROKEN ${id}: ${says}`, `       ${because}`];
  if (control === 'caught') return [`holds  ${id}: ${says}`];
  return [
    `WEAK   ${id}: ${says}`,
    `       It passes, but passes as well with the protection taken out, so that says nothing: ${controlSays}`,
  ];
}

/** A report in sentences, one line each. */
export function sayReport({ passed, counted, guarantees, notTried }: VerifyReport): readonly string[] {
  const { held, broken, notApplicable, controlsNotCaught } = counted;
  return [
    ...guarantees.flatMap(lineOf),
    ...notTried.map(({ action, because }) => `n/a    action ${action}: ${because}`),
    `${held} hold, ${broken} broken, ${notApplicable} not applicable; ${held - controlsNotCaught} of ${held} were shown to be able to fail.`,
    passed ? 'Every guarantee that could be tried holds.' : 'Not every guarantee holds.',
  ];
}
