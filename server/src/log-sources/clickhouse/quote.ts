const LITERAL_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\0': '\\0' };

/** A text as a literal of ClickHouse, for servers that take no parameters. */
export function quoteText(text: string): string {
  return `'${text.replace(/[\\'\0]/g, (character) => LITERAL_ESCAPES[character] ?? '')}'`;
}

const PARAMETER_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
};

/** A text as the value of a parameter, which ClickHouse reads like a field of tab-separated values. */
export function escapeParameter(text: string): string {
  return text.replace(/[\\\t\n\r\0]/g, (character) => PARAMETER_ESCAPES[character] ?? '');
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** The name of a table or column. Throws when it is anything else: names cannot be parameters. */
export function quoteName(name: string): string {
  if (!NAME.test(name)) throw new Error('a name of ClickHouse is made of letters, digits and _');
  return `\`${name}\``;
}
