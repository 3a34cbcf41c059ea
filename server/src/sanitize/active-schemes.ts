/** Schemes whose addresses run code where they are opened. */
const SCRIPT_SCHEME = /\b(?:javascript|vbscript|livescript):(?=\S)/gi;
/** Data addresses that a browser opens as a document of its own. */
const DOCUMENT_SCHEME = /\bdata:(?=\s*(?:text\/html|text\/xml|application\/xhtml|image\/svg))/gi;

const QUICK = /script:|data:/i;

/** Addresses that would run code point nowhere: the scheme becomes `unsafe:`. Prose about a scheme stays as it is. */
export function withoutActiveSchemes(text: string): string {
  if (!QUICK.test(text)) return text;
  return text.replace(SCRIPT_SCHEME, 'unsafe:').replace(DOCUMENT_SCHEME, 'unsafe:');
}

/** Browsers skip blanks and control characters inside a scheme. */
const IGNORED = /[\0-\x20\x7f-\xa0\u2028\u2029]+/g;
const ACTIVE_ADDRESS =
  /^(?:(?:javascript|vbscript|livescript):|data:(?:text\/html|text\/xml|application\/xhtml|image\/svg))/i;
/** What a scheme may be hidden behind is short; the rest of an address does not matter. */
const LOOKED_AT = 512;

/** True for an attribute's value that a browser would run when it is opened. */
export function isActiveAddress(value: string): boolean {
  return ACTIVE_ADDRESS.test(value.slice(0, LOOKED_AT).replace(IGNORED, ''));
}
