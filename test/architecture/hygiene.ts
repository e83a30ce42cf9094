import type { Source } from './source.js';

/* Nothing in the repository tells on which machine it was written. */

const MACHINE_PATH = /(?<![\w.~@-])\/(?:work|root|home\/\w+|Users\/\w+)\/[\w.-]*/;
const REGISTRY =
  /\bregistry\.[a-z0-9-]+(?:\.[a-z0-9-]+)+|\bnpm\.pkg\.github\.com\b|\b[\w.-]+\.jfrog\.io\b|\/artifactory\//i;

/** No machine paths and no registry hosts, in code, docs, lock file or commit messages. */
export function noMachineTraces({ path, text }: Source): readonly string[] {
  return text.split('\n').flatMap((line, index) =>
    [MACHINE_PATH, REGISTRY].flatMap((pattern) => {
      const found = pattern.exec(line);
      return found ? [`${path}:${index + 1}: ${found[0]}`] : [];
    }),
  );
}
