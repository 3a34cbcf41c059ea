/** UTF-16 units of a line that an example shows. */
export const MAX_EXAMPLE = 300;

const MASKS: readonly (readonly [RegExp, string])[] = [
  [/[\w.+-]+@[\w-]+\.[\w.-]+/g, '<email>'],
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '<uuid>'],
  [
    /((?:password|passwd|pwd|secret|token|api[_-]?key|authorization|cookie|credential)\w*["']?\s?[=:]\s?["']?)(?:(?:bearer|basic) )?[^\s"',;&]+/gi,
    '$1<secret>',
  ],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '<ip>'],
  [/\b(?=[\w+-]*\d)(?=[\w+-]*[A-Za-z])[\w+-]{24,}={0,2}/g, '<token>'],
  [/\b\d{4}(?:[ -]\d{4}){2}[ -]\d{1,7}\b|\b\d{12,}\b/g, '<number>'],
];

/** A line as an example for people and models: shortened, without addresses, secrets, tokens and long numbers. */
export function maskExample(line: string): string {
  const text = line.slice(0, MAX_EXAMPLE).trim();
  return MASKS.reduce((masked, [mask, name]) => masked.replaceAll(mask, name), text);
}
