/** C0 without tab, line feed and carriage return; DEL; C1. Terminals and parsers act on them, readers never see them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;
const ALL_CONTROL = new RegExp(CONTROL.source, 'g');

/** The same text without control characters; the same string when there are none. */
export function withoutControlCharacters(text: string): string {
  return CONTROL.test(text) ? text.replace(ALL_CONTROL, '') : text;
}
