import { type Fault, RemitError } from '../errors.js';
import {
  type Action,
  type ActionClass,
  type Catalogue,
  type CatalogueEntry,
  type Check,
  FAMILIES,
  isActionClass,
  mostSevere,
  type Plan,
  type ResolvedAction,
} from './action.js';
import type { Json } from './canonical.js';
import { jsonFault } from './jsonFault.js';
import { JSON_LIMITS } from './policy.js';
import { secretRefOf, secretRefsIn } from './secret.js';
import { assertOn, valueAt } from './template.js';

/** One catalogue entry, typed; the same as writing the object. */
export function defineAction(entry: CatalogueEntry): CatalogueEntry {
  return entry;
}

function checkFaults(check: Check, pointer: string): Fault[] {
  // Hosts without types may leave out anything.
  const { tool, expect = [] } = check;
  return [
    ...(tool ? [] : [{ pointer: `${pointer}/tool`, detail: 'A check needs the tool that reads.' }]),
    ...(expect.length > 0
      ? []
      : [{ pointer: `${pointer}/expect`, detail: 'A check needs at least one assertion, or it can never say no.' }]),
  ];
}

/** Where a template refers to a secret: by a reference of its own, or by an argument that holds one. */
function secretUses(template: Json, secretArguments: readonly string[], at = ''): readonly string[] {
  if (typeof template === 'string') {
    const [, path = ''] = /^\$args(?:\.(.+))?$/.exec(template) ?? [];
    const pointer = path === '' ? '' : `/${path.replaceAll('.', '/')}`;
    const touches = (secret: string) =>
      `${secret}/`.startsWith(`${pointer}/`) || `${pointer}/`.startsWith(`${secret}/`);
    return template.startsWith('$args') && secretArguments.some(touches) ? [at] : [];
  }
  if (typeof template !== 'object' || template === null) return [];
  if (!Array.isArray(template) && Object.hasOwn(template, 'secretRef')) return [at];
  return Object.entries(template).flatMap(([key, item]) => secretUses(item as Json, secretArguments, `${at}/${key}`));
}

/** What is wrong with the secrets among an action's arguments. */
function secretFaults(entry: CatalogueEntry, args: Json): Fault[] {
  const declared = entry.secretArguments ?? [];
  const strays = secretRefsIn(args).filter((at) => !declared.includes(at));
  if (strays.length === 0 && declared.length === 0) return [];
  return [
    ...strays.map((pointer) => ({
      pointer,
      detail: 'No secret belongs here: the catalogue declares none at this place.',
    })),
    ...declared.flatMap((pointer): Fault[] => {
      const value = valueAt(args, pointer);
      if (value === undefined) return [];
      const name = secretRefOf(value);
      if (name === null) return [{ pointer, detail: 'A secret is given as { secretRef }, never as its value.' }];
      if (entry.allowedSecrets?.includes(name)) return [];
      return [{ pointer, detail: `The secret "${name}" is not among those that this action may use.` }];
    }),
  ];
}

/** Actions that may lack an undo and still be a safe write: repeating or losing them costs nothing. */
function harmlessWithoutUndo(entry: CatalogueEntry): boolean {
  return entry.counterReset === true || (entry.idempotent && (entry.family === 'cache' || entry.family === 'restart'));
}

function entryFaults(entry: CatalogueEntry, pointer: string): Fault[] {
  const faults: Fault[] = [];
  const fault = (path: string, detail: string): void => {
    faults.push({ pointer: `${pointer}${path}`, detail });
  };
  if (!entry.name) fault('/name', 'An action needs a name.');
  if (!entry.tool) fault('/tool', 'An action needs the tool that carries it out.');
  if (!isActionClass(entry.class)) fault('/class', `Unknown class "${entry.class}".`);
  (entry.raise ?? []).forEach((rule, index) => {
    if (!isActionClass(rule.class)) fault(`/raise/${index}/class`, `Unknown class "${rule.class}".`);
  });
  if (!FAMILIES.includes(entry.family))
    fault('/family', `Unknown family "${entry.family}"; known: ${FAMILIES.join(', ')}.`);
  if (entry.class !== 'read_only') {
    if (entry.targets.length === 0) fault('/targets', 'A write needs a rule that finds its targets in the arguments.');
    if (entry.allowedTargets.length === 0) fault('/allowedTargets', 'A write needs the list of targets it may touch.');
    if (entry.validation.length === 0) fault('/validation', 'A write needs a read that shows that it worked.');
    if (!entry.undo && !entry.irreversible) fault('/undo', 'A write needs an undo, or `irreversible` with the reason.');
    if (!entry.undo && entry.irreversible && entry.class === 'safe_write' && !harmlessWithoutUndo(entry)) {
      fault(
        '/class',
        'What cannot be undone is critical_write at least, unless it is an idempotent cache, restart or counter reset.',
      );
    }
  }
  if (entry.undo && !entry.undo.tool) fault('/undo/tool', 'An undo needs the tool that carries it out.');
  if (entry.undo && (entry.undo.validation ?? []).length === 0) {
    fault('/undo/validation', 'An undo needs a read that shows that it worked, or nobody knows what was taken back.');
  }
  entry.allowedTargets.forEach((target, index) => {
    if (/[*?]/.test(target)) fault(`/allowedTargets/${index}`, `"${target}" is a wildcard; name each target.`);
    else if (!/^[^:]+:.+$/.test(target)) fault(`/allowedTargets/${index}`, `"${target}" is not of the form kind:name.`);
  });
  if (!(entry.timeoutMs > 0)) fault('/timeoutMs', 'An action needs a timeout above 0 ms.');
  const checks: [string, Check | undefined][] = [
    ['/symptom', entry.symptom],
    ['/backup', entry.backup],
    ['/reconcile', entry.reconcile],
    ...entry.prechecks.map((check, i): [string, Check] => [`/prechecks/${i}`, check]),
    ...entry.validation.map((check, i): [string, Check] => [`/validation/${i}`, check]),
    ...(entry.undo?.validation ?? []).map((check, i): [string, Check] => [`/undo/validation/${i}`, check]),
  ];
  for (const [path, check] of checks) if (check) faults.push(...checkFaults(check, `${pointer}${path}`));
  const templates: [string, Json][] = [
    ...checks.flatMap(([path, check]): [string, Json][] => (check ? [[path, check.arguments]] : [])),
    ...(entry.snapshot ? [['/snapshot', entry.snapshot.arguments] satisfies [string, Json]] : []),
    ...(entry.undo ? [['/undo', entry.undo.arguments] satisfies [string, Json]] : []),
  ];
  for (const [path, template] of templates) {
    const places = secretUses(template, entry.secretArguments ?? []);
    for (const at of places) fault(`${path}/arguments${at}`, 'A secret is for the arguments of the action alone.');
  }
  const needsNames = (entry.secretArguments ?? []).length > 0 && (entry.allowedSecrets ?? []).length === 0;
  if (needsNames) fault('/allowedSecrets', 'With `secretArguments` the secrets that may be used there are named.');
  return faults;
}

/**
 * Looks at a whole catalogue and returns it.
 * @throws RemitError `invalid_catalogue` with every fault and its JSON pointer.
 */
export function checkCatalogue(catalogue: Catalogue): Catalogue {
  const faults = catalogue.actions.flatMap((entry, i) => entryFaults(entry, `/actions/${i}`));
  const names = catalogue.actions.map(({ name }) => name);
  names.forEach((name, i) => {
    if (names.indexOf(name) !== i) faults.push({ pointer: `/actions/${i}/name`, detail: `"${name}" is used twice.` });
  });
  catalogue.runbooks.forEach((runbook, i) => {
    if (runbook.steps.length === 0) faults.push({ pointer: `/runbooks/${i}/steps`, detail: 'A runbook needs a step.' });
    runbook.steps.forEach((step, j) => {
      const declared = entryOf(catalogue, step.action)?.secretArguments ?? [];
      const strays = secretRefsIn(step.arguments).filter((at) => !declared.includes(at));
      for (const at of strays) {
        const detail = `No secret belongs here: "${step.action}" declares none at this place.`;
        faults.push({ pointer: `/runbooks/${i}/steps/${j}/arguments${at}`, detail });
      }
      if (!names.includes(step.action)) {
        faults.push({
          pointer: `/runbooks/${i}/steps/${j}/action`,
          detail: `"${step.action}" is not in the catalogue.`,
        });
      }
    });
  });
  if (faults.length > 0) {
    throw new RemitError('invalid_catalogue', `The action catalogue has ${faults.length} fault(s).`, {
      faults,
      nextStep: faults.map(({ pointer, detail }) => `${pointer}: ${detail}`).join(' '),
    });
  }
  return catalogue;
}

/** A plan in which every action was found in the catalogue and parsed, or the faults that keep it from being used. */
export type ResolvedPlan =
  | { readonly ok: true; readonly actions: readonly ResolvedAction[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** The class of an action for these arguments: the entry's, or a more severe one that the arguments call for. */
function classFor(entry: CatalogueEntry, args: Json): ActionClass {
  if (entry.raise === undefined) return mostSevere([entry.class]);
  const raised = entry.raise
    .filter(({ when }) => when.every((assertion) => assertOn(args, assertion, { args }).holds))
    .map((rule) => rule.class);
  return mostSevere([entry.class, ...raised]);
}

function isList(targets: readonly string[] | Fault): targets is readonly string[] {
  return Array.isArray(targets);
}

/** The targets that the arguments name, or what is wrong with one: nothing is ever dropped or read as "everything". */
function targetsOf(entry: CatalogueEntry, args: Json): readonly string[] | Fault {
  const targets: string[] = [];
  for (const { kind, argument } of entry.targets) {
    const value = valueAt(args, argument);
    const names = Array.isArray(value) ? value : [value];
    const pointer = argument;
    if (names.length === 0) return { pointer, detail: 'The list of targets is empty; that is never "everything".' };
    for (const name of names) {
      if (typeof name !== 'string' || name.trim() === '') return { pointer, detail: 'A target needs a name.' };
      if (/[*?]/.test(name)) return { pointer, detail: `"${name}" is a wildcard; name each target.` };
      targets.push(`${kind}:${name}`);
    }
  }
  return targets.length < 2 ? targets : [...new Set(targets)].sort();
}

/** The catalogue entry of an action, or undefined. */
export function entryOf(catalogue: Catalogue, action: string): CatalogueEntry | undefined {
  return catalogue.actions.find(({ name }) => name === action);
}

function resolveAction(catalogue: Catalogue, action: Action, step: number, tenant: string): ResolvedAction | Fault[] {
  const pointer = `/actions/${step}`;
  const entry = entryOf(catalogue, action.action);
  if (!entry) return [{ pointer: `${pointer}/action`, detail: `"${action.action}" is not in the catalogue.` }];
  const unusable = jsonFault(action.arguments, JSON_LIMITS.arguments);
  if (unusable !== null) return [{ pointer: `${pointer}/arguments`, detail: `It cannot be used: ${unusable}.` }];
  const parsed = entry.arguments.safeParse(action.arguments);
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => ({
      pointer: [`${pointer}/arguments`, ...issue.path.map(String)].join('/'),
      detail: issue.message,
    }));
  }
  const args = parsed.data as Action['arguments'];
  const secrets = secretFaults(entry, args);
  if (secrets.length > 0) {
    return secrets.map(({ pointer: at, detail }) => ({ pointer: `${pointer}/arguments${at}`, detail }));
  }
  const targets = entry.class === 'read_only' && entry.targets.length === 0 ? [] : targetsOf(entry, args);
  if (!isList(targets)) {
    return [{ pointer: `${pointer}/arguments${targets.pointer}`, detail: targets.detail }];
  }
  if (entry.class !== 'read_only' && targets.length === 0) {
    return [
      { pointer: `${pointer}/arguments`, detail: 'The arguments name no target; an empty set is never "everything".' },
    ];
  }
  const namespace = entry.targetNamespace === 'tenant' ? `tenant/${tenant}` : 'global';
  return {
    step,
    action: entry.name,
    arguments: args,
    tool: entry.tool,
    class: classFor(entry, args),
    family: entry.family,
    targets,
    targetKeys: targets.map((target) => `${namespace}/${target}`),
  };
}

/** Looks up and parses every action of a plan. Risk and targets come from the catalogue alone. */
export function resolvePlan(catalogue: Catalogue, plan: Plan, tenant: string): ResolvedPlan {
  const actions: ResolvedAction[] = [];
  const faults: Fault[] = [];
  plan.actions.forEach((action, step) => {
    const resolved = resolveAction(catalogue, action, step, tenant);
    if (Array.isArray(resolved)) faults.push(...resolved);
    else actions.push(resolved);
  });
  return faults.length > 0 ? { ok: false, faults } : { ok: true, actions };
}

/** Whether something holds of every tool that an action relies on: its own, its reads' and its undo's. */
export function everyTool(entry: CatalogueEntry, holds: (tool: string) => boolean): boolean {
  let before: string | undefined;
  const ofRead = (read: { readonly tool: string } | undefined): boolean => {
    // Reads are mostly of one tool, about which one answer is enough.
    if (read === undefined || read.tool === before) return true;
    before = read.tool;
    return holds(before);
  };
  const { undo } = entry;
  return (
    holds(entry.tool) &&
    ofRead(entry.symptom) &&
    ofRead(entry.snapshot) &&
    ofRead(entry.backup) &&
    ofRead(entry.reconcile) &&
    entry.prechecks.every(ofRead) &&
    entry.validation.every(ofRead) &&
    (undo === undefined || (holds(undo.tool) && undo.validation.every(ofRead)))
  );
}

/** Every tool that an action relies on, sorted. */
export function toolsOf(entry: CatalogueEntry): readonly string[] {
  const tools = new Set<string>();
  everyTool(entry, (tool) => tools.add(tool) !== null);
  return [...tools].sort();
}
