const REFERENCE = /&(?:#x([0-9a-f]+);?|#([0-9]+);?|(colon|tab|newline|lpar|nbsp|quot|amp);)/gi;
const NAMED: Readonly<Record<string, string>> = {
  colon: ':',
  tab: '\t',
  newline: '\n',
  lpar: '(',
  nbsp: '\u00a0',
  quot: '"',
  amp: '&',
};
const MAX_CODE_POINT = 0x10ffff;

/** An attribute's value as a browser reads it, as far as that can hide a scheme; the semicolon may lack behind numbers. */
export function withoutEntities(value: string): string {
  if (!value.includes('&')) return value;
  return value.replace(REFERENCE, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= MAX_CODE_POINT ? String.fromCodePoint(code) : whole;
  });
}
