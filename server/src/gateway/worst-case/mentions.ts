/** JSON may write letters and the underscore as escapes; nobody does it who means no harm. */
const ESCAPED = ['\\u005f', '\\u005F', '\\u006', '\\u007'];
/** What all of them begin with. */
const ESCAPE = '\\u00';

/** May one of the names stand in the JSON? True too when one could be there in another spelling. */
export function mentions(body: Buffer, ...names: readonly string[]): boolean {
  return names.some((name) => body.includes(name)) || isSpeltOtherwise(body);
}

function isSpeltOtherwise(body: Buffer): boolean {
  return body.includes(ESCAPE) && ESCAPED.some((start) => body.includes(start));
}
