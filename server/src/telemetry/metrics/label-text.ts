/** Longer values are cut: a label is a name, not a text. */
const MAX_VALUE_CHARACTERS = 128;

/** `provider="openai",model="gpt-4o"`; '' without labels. Values are escaped as the exposition format asks. */
export function labelText(names: readonly string[], values: readonly string[]): string {
  return names.map((name, at) => `${name}="${escapeValue(values[at] ?? '')}"`).join(',');
}

function escapeValue(value: string): string {
  return value
    .slice(0, MAX_VALUE_CHARACTERS)
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', ' ');
}
