const known = new Map<string, string>();
/** Clients choose some of the names, so their number needs a bound; and long texts are no names. */
const MAX_KNOWN = 4096;
const MAX_CHARACTERS = 128;

/** A text as JSON. Names of keys, projects, providers and models come with every call, so theirs are remembered. */
export function quoted(text: string): string {
  const before = known.get(text);
  if (before !== undefined) return before;
  const json = JSON.stringify(text);
  if (text.length > MAX_CHARACTERS) return json;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(text, json);
  return json;
}
