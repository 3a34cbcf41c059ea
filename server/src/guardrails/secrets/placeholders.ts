const PLACEHOLDER =
  /example|sample|placeholder|your[_-]?|xxxx|\*\*\*|\.\.\.|redacted|dummy|changeme|change[_-]me|replace|insert|not[_-]?a?[_-]?real|fake|abcdef0?123|0123456789abcdef|abcdefghij|1234567890abcdef|1234567890$|qwerty|lorem|todo|<[a-z]|my[_-](?:key|token|secret|api)|key[_-]?here|token[_-]?here|secret[_-]?here|test[_-]?key|process\.env|os\.environ|getenv|undefined|null\b/i;
const MIN_DISTINCT = 6;

/** Whether a value stands for a key in a text about keys rather than being one. */
export function looksLikePlaceholder(value: string): boolean {
  if (PLACEHOLDER.test(value)) return true;
  return distinctCharacters(value) < Math.min(MIN_DISTINCT, value.length * 0.4);
}

export function distinctCharacters(value: string): number {
  return new Set(value).size;
}

/** Shannon entropy in bits per character. */
export function entropyOf(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
