import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a linter of OpenAPI says about the committed document. */
export interface Linted {
  readonly by: string;
  /** Errors and warnings. */
  readonly findings: readonly string[];
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const DOCUMENT = here('../../docs/openapi.json');

/** Runs a program of the peers; none of them may tell its makers about it, or look for a newer one. */
function run(program: string, args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    REDOCLY_TELEMETRY: 'off',
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
    NO_UPDATE_NOTIFIER: '1',
  };
  return new Promise((resolve, reject) => {
    const options = { env, timeout: 120_000, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [here(`node_modules/.bin/${program}`), ...args], options, (error, stdout, stderr) => {
      // A linter that finds something ends with 1; one that did not run says nothing in JSON.
      if (/^[[{]/.test(stdout.trim())) resolve(stdout);
      else reject(error ?? new Error(`${program} said nothing: ${stderr}`));
    });
  });
}

interface RedoclyReport {
  readonly problems: readonly {
    readonly ruleId: string;
    readonly message: string;
    readonly location: readonly { readonly pointer?: string }[];
  }[];
}

/** By the recommended rules of redocly. */
export async function lintedByRedocly(): Promise<Linted> {
  const { problems } = JSON.parse(await run('redocly', ['lint', DOCUMENT, '--format=json'])) as RedoclyReport;
  const findings = problems.map(({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer}: ${message}`);
  return { by: 'redocly', findings };
}

type SpectralReport = readonly {
  readonly code: string;
  readonly message: string;
  readonly path: readonly (string | number)[];
}[];

/** By spectral's own rules for OpenAPI, all of them. */
export async function lintedBySpectral(): Promise<Linted> {
  const args = ['lint', DOCUMENT, '--ruleset', here('spectral.yaml'), '--format', 'json', '--quiet'];
  const report = JSON.parse(await run('spectral', args)) as SpectralReport;
  return {
    by: 'spectral',
    findings: report.map(({ code, message, path }) => `${code} at ${path.join('/')}: ${message}`),
  };
}
