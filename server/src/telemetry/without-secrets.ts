/** Names of fields that hold secrets wherever they appear. Token counts (`tokens_used`) are none. */
const SECRET_NAME =
  /^(.*[-_])?(api[-_]?key|key|secret|password|passphrase|authorization|cookie|set[-_]cookie|credentials?|access[-_]?token|refresh[-_]?token|bearer|token)$/i;
const CAMEL_SECRET = /(apiKey|Secret|Password|Credential|AccessToken|RefreshToken|Authorization)$/;
const MAX_DEPTH = 4;

/** The same object without fields that are named like secrets, at any depth; deeper than four levels nothing is kept. */
export function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  return strip(fields, 0);
}

function strip(fields: object, depth: number): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (SECRET_NAME.test(name) || CAMEL_SECRET.test(name)) continue;
    kept[name] = cleaned(value, depth);
  }
  return kept;
}

function cleaned(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[nested]';
  if (Array.isArray(value)) return value.map((item) => cleaned(item, depth + 1));
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    const own = { type: name, message, stack, ...strip(value, depth + 1) };
    return cause === undefined ? own : { ...own, cause: cleaned(cause, depth + 1) };
  }
  return strip(value, depth + 1);
}
