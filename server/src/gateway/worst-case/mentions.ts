/** JSON may write letters and the underscore as escapes; nobody does it who means no harm. */
const ESCAPED = ['\\u005f', '\\u005F', '\\u006', '\\u007'];

/** May a name stand in the JSON? True too when it could be there in another spelling. */
export function mentions(body: Buffer, name: string): boolean {
  return body.includes(name) || ESCAPED.some((start) => body.includes(start));
}
