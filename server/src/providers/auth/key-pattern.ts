/** Beginnings that only one vendor's keys have. */
const VENDOR_PREFIXES = {
  anthropic: 'sk-ant-',
  openai: 'sk-proj-',
  groq: 'gsk_',
  huggingface: 'hf_',
  google: 'AIza',
} as const;

/**
 * A key is four or more printable characters without spaces that do not begin like another vendor's: enough to catch
 * a half-copied line and a key in the wrong variable, and no guess about how a vendor will spell its next keys.
 */
export function keyPattern(vendor?: keyof typeof VENDOR_PREFIXES): RegExp {
  const foreign = Object.entries(VENDOR_PREFIXES).flatMap(([name, prefix]) => (name === vendor ? [] : [prefix]));
  return new RegExp(`^(?!${foreign.join('|')})[\\x21-\\x7e]{4,}$`);
}
