/** An input with every member that the document speaks of, to be filled in: its schema's, and those of its expressions. */
export function exampleInput(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const schema = document.input as { properties?: Record<string, Property> } | undefined;
  const example: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema?.properties ?? {})) example[name] = emptyOf(property);
  for (const [, name] of JSON.stringify(document).matchAll(/\binput\.([A-Za-z_][\w-]*)/g)) {
    if (name !== undefined) example[name] ??= '';
  }
  return example;
}

interface Property {
  readonly type?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

function emptyOf({ type, default: given, examples }: Property): unknown {
  if (given !== undefined || examples?.[0] !== undefined) return given ?? examples?.[0];
  if (type === 'number' || type === 'integer') return 0;
  if (type === 'boolean') return false;
  if (type === 'array') return [];
  return type === 'object' ? {} : '';
}
