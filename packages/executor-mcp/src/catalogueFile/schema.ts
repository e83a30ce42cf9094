import { z } from 'zod';

/* The catalogue as a file: what an operator may write, before anything is looked up or checked against anything else. */

const text = z.string().min(1);
const pointer = z.string().regex(/^(\/|$)/, 'must be a JSON pointer such as /service');
const template = z.json();
const fields = z.record(z.string(), template);
const seconds = z.number().positive();

const assertion = z.union([
  z.strictObject({ path: pointer, equals: template }),
  z.strictObject({ path: pointer, notEquals: template }),
  z.strictObject({ path: pointer, oneOf: z.array(template).min(1) }),
  z.strictObject({ path: pointer, atLeast: template }),
  z.strictObject({ path: pointer, atMost: template }),
]);

const read = { tool: text, arguments: fields.default({}) };
const check = z.strictObject({ ...read, expect: z.array(assertion) });

const actionClass = z.enum(['read_only', 'safe_write', 'critical_write', 'destructive', 'forbidden']);
const family = z.enum(['cache', 'restart', 'network', 'storage', 'scale', 'deploy']);

/** The names of the presets. */
export const PRESET_NAMES = [
  'restart',
  'clear_cache',
  'scale_deployment',
  'enable_port',
  'clear_interface_errors',
  'bounce_port',
  'expand_volume',
  'roll_back_deployment',
] as const;

/** One action as a file has it. What a preset gives may be left out. */
export const actionInFile = z.strictObject({
  preset: z.enum(PRESET_NAMES).describe('Fills in class, family and what they ask for.').optional(),
  name: text.describe('The action type: what patterns, policies and plans call it.'),
  title: text,
  tool: text.describe('server/tool'),
  class: actionClass.optional(),
  raise: z.array(z.strictObject({ when: z.array(assertion).min(1), class: actionClass })).optional(),
  family: family.optional(),
  categories: z.array(text).min(1),
  arguments: z
    .record(z.string(), z.json())
    .describe('JSON Schema of the arguments: an object whose unknown fields are refused.'),
  secretArguments: z.array(pointer).optional(),
  allowedSecrets: z.array(text).optional(),
  targets: z.array(z.strictObject({ kind: text, argument: pointer })).default([]),
  allowedTargets: z.array(text).default([]).describe('kind:name of each target; no wildcards.'),
  targetNamespace: z.enum(['global', 'tenant']).optional(),
  timeoutMs: z.number().positive().describe('Milliseconds.'),
  idempotent: z.boolean().optional(),
  dedupes: z.boolean().default(false),
  symptom: check.optional(),
  prechecks: z.array(check).default([]),
  snapshot: z
    .strictObject({ ...read, fields: z.array(pointer).min(1), tolerances: z.record(z.string(), z.number()).optional() })
    .optional(),
  validation: z.array(check).default([]),
  validationWithinMs: z.number().positive().optional(),
  backup: z.strictObject({ ...read, expect: z.array(assertion), agePath: pointer, maxAgeSeconds: seconds }).optional(),
  reconcile: check.optional(),
  undo: z.strictObject({ ...read, dedupes: z.boolean().optional(), validation: z.array(check).min(1) }).optional(),
  counterReset: z.boolean().optional(),
  irreversible: text.optional(),
  editedBy: text.optional(),
});

/** One action as a file has it. */
export type ActionInFile = z.infer<typeof actionInFile>;

/** A catalogue as a file has it. */
export const catalogueInFile = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  actions: z.array(actionInFile),
  runbooks: z
    .array(
      z.strictObject({
        name: text,
        title: text,
        categories: z.array(text).min(1),
        symptomTexts: z.array(text),
        steps: z.array(z.strictObject({ action: text, arguments: fields.default({}) })),
      }),
    )
    .default([]),
});

/** The JSON Schema of a catalogue file, for editors. */
export function catalogueJsonSchema(): object {
  return z.toJSONSchema(catalogueInFile, { io: 'input', target: 'draft-7' });
}
