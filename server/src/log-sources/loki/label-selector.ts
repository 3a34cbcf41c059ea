const LABEL = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A selector of streams that have all these labels. Throws when a name is no name of a label. */
export function labelSelector(labels: Readonly<Record<string, string>>): string {
  const matchers = Object.entries(labels).map(([label, value]) => {
    if (!LABEL.test(label)) throw new Error('a label of Loki is made of letters, digits and _');
    return `${label}=${quoteValue(value)}`;
  });
  return `{${matchers.join(',')}}`;
}

/** A value between quotes, as Go writes strings. */
function quoteValue(value: string): string {
  const escaped = value.replace(/[\\"]/g, '\\$&').replace(/\p{Cc}/gu, escapeControl);
  return `"${escaped}"`;
}

function escapeControl(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
