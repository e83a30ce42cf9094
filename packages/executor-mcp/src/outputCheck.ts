import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { quote } from './sentence.js';
import type { Tool } from './tools.js';

/** Finds what is wrong with structured content, as a clause, or null. */
export type OutputCheck = (structured: unknown) => string | null;

const compiled = new WeakMap<object, OutputCheck>();

/**
 * The check that a tool's own output schema asks for; a tool without one passes everything.
 * @throws Error when the schema cannot be compiled: such a tool is not called, its answer could not be judged.
 */
export function outputCheckOf(tool: Tool): OutputCheck {
  const schema = tool.outputSchema;
  if (schema === null) return () => null;
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  // A validator of its own for each schema: a shared one hands out the older of two schemas with the same $id.
  const validate = new AjvJsonSchemaValidator().getValidator(schema);
  const check: OutputCheck = (structured) => {
    if (structured === undefined) return 'it has an output schema and gave no structured content';
    const found = validate(structured);
    return found.valid
      ? null
      : `its structured content does not match its output schema (${quote(found.errorMessage)})`;
  };
  compiled.set(schema, check);
  return check;
}
