import {
  type Catalogue,
  type CatalogueEntry,
  checkCatalogue,
  type Fault,
  jsonFault,
  mostSevere,
  RemitError,
} from '@remit/core';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { wordsOf } from '../sentence.js';
import { PRESETS } from './presets.js';
import { type ActionInFile, catalogueInFile } from './schema.js';

/** The largest file that is read, in characters. */
const LARGEST_FILE = 1_048_576;
/** The largest value that it may stand for: aliases make much of little. */
const FILE_LIMITS = { depth: 64, characters: 4 * LARGEST_FILE };

function refuse(faults: readonly Fault[]): never {
  throw new RemitError('invalid_catalogue', `The catalogue file has ${faults.length} fault(s).`, {
    faults,
    nextStep: faults.map(({ pointer, detail }) => `${pointer === '' ? '(file)' : pointer}: ${detail}`).join(' '),
  });
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** YAML, of which JSON is a part. Keys given twice, tags and swarms of aliases are faults. */
function parseText(text: string): unknown {
  if (text.length > LARGEST_FILE) refuse([{ pointer: '', detail: `It is larger than ${LARGEST_FILE} characters.` }]);
  let problems: readonly { readonly message: string }[];
  try {
    const document = parseDocument(text, { uniqueKeys: true, strict: true, schema: 'core' });
    problems = [...document.errors, ...document.warnings];
    const value: unknown = problems.length > 0 ? null : document.toJS({ maxAliasCount: 100 });
    const fault = problems.length > 0 ? null : jsonFault(value, FILE_LIMITS);
    if (fault !== null) problems = [{ message: `It cannot be used: ${fault}.` }];
    if (problems.length === 0) return value;
  } catch (error) {
    problems = [{ message: wordsOf(error) }];
  }
  return refuse(problems.map(({ message }) => ({ pointer: '', detail: message })));
}

/** Keywords that hold schemas by name, and those that hold one or several. */
const BY_NAME = new Set(['properties', 'patternProperties', '$defs', 'definitions']);
const HOLDS = new Set([
  'items',
  'prefixItems',
  'additionalItems',
  'contains',
  'not',
  'anyOf',
  'oneOf',
  'allOf',
  'if',
  'then',
  'else',
]);

/** Unknown fields are refused at every level, unless the schema says what they hold. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inside = (key: string, value: unknown): unknown => {
    if (HOLDS.has(key)) return strict(value);
    if (!BY_NAME.has(key) || typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, strict(one)]));
  };
  const inner: Readonly<Record<string, unknown>> = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, inside(key, value)]),
  );
  const isObject = inner['type'] === 'object' || inner['properties'] !== undefined;
  return isObject && inner['additionalProperties'] === undefined ? { ...inner, additionalProperties: false } : inner;
}

function argumentsOf(schema: ActionInFile['arguments'], pointer: string, faults: Fault[]): z.ZodType {
  if (schema['type'] !== 'object') faults.push({ pointer: `${pointer}/type`, detail: 'Arguments are an object.' });
  if (schema['additionalProperties'] !== undefined && schema['additionalProperties'] !== false) {
    const detail = 'What the schema does not know must be refused: leave it out, or say false.';
    faults.push({ pointer: `${pointer}/additionalProperties`, detail });
  }
  try {
    return z.fromJSONSchema(strict(schema) as Parameters<typeof z.fromJSONSchema>[0]);
  } catch (error) {
    faults.push({
      pointer,
      detail: `No usable JSON Schema: ${wordsOf(error)}.`,
    });
    return z.never();
  }
}

/** Whether a field is there and says something. */
function isGiven(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

function entryOf(action: ActionInFile, pointer: string, faults: Fault[]): CatalogueEntry {
  const { preset: name, arguments: schema, ...rest } = action;
  const preset = name === undefined ? undefined : PRESETS[name];
  for (const field of preset?.needs ?? []) {
    if (isGiven(action[field])) continue;
    faults.push({ pointer: `${pointer}/${field}`, detail: `The preset "${name}" is not safe without ${field}.` });
  }
  const missing = (field: 'class' | 'family' | 'idempotent') => {
    faults.push({ pointer: `${pointer}/${field}`, detail: 'Missing; only a preset may stand in for it.' });
  };
  if (action.class === undefined && !preset) missing('class');
  if (action.family === undefined && !preset) missing('family');
  if (action.idempotent === undefined && !preset) missing('idempotent');
  const classes = [action.class, preset?.class].filter((one) => one !== undefined);
  if (preset && action.class !== undefined && mostSevere(classes) !== action.class) {
    const detail = `The preset "${name}" is ${preset.class}; a file may raise that, not lower it.`;
    faults.push({ pointer: `${pointer}/class`, detail });
  }
  const { irreversible, counterReset } = preset ?? {};
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    ...(irreversible !== undefined && action.undo === undefined ? { irreversible } : {}),
    ...(counterReset === undefined ? {} : { counterReset }),
    ...(given as Omit<ActionInFile, 'preset' | 'arguments'>),
    arguments: argumentsOf(schema, `${pointer}/arguments`, faults),
    class: mostSevere(classes.length === 0 ? ['critical_write'] : classes),
    family: action.family ?? preset?.family ?? 'deploy',
    idempotent: action.idempotent ?? preset?.idempotent ?? false,
  } as CatalogueEntry;
}

/**
 * Reads a catalogue from the text of a YAML or JSON file.
 * @throws RemitError `invalid_catalogue` with every fault and its JSON pointer.
 */
export function loadCatalogue(text: string): Catalogue {
  const parsed = catalogueInFile.safeParse(parseText(text));
  if (!parsed.success) {
    return refuse(
      parsed.error.issues.map(({ path, message }) => ({ pointer: pointerTo(path), detail: `${message}.` })),
    );
  }
  const faults: Fault[] = [];
  const { actions, runbooks } = parsed.data;
  const catalogue: Catalogue = {
    actions: actions.map((action, index) => entryOf(action, `/actions/${index}`, faults)),
    runbooks,
  };
  try {
    checkCatalogue(catalogue);
  } catch (error) {
    if (!RemitError.is(error)) throw error;
    const known = new Set(faults.map(({ pointer }) => pointer));
    faults.push(...error.faults.filter(({ pointer }) => !known.has(pointer)));
  }
  return faults.length > 0 ? refuse(faults) : catalogue;
}
