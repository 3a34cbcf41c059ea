import { invalidRequest, type WeirError } from '../../kernel/errors.ts';

/** One part of a multipart form: where its bytes are, never a copy of them. */
export interface FormPart {
  readonly name: string;
  /** Undefined for a plain field. */
  readonly filename: string | undefined;
  /** First byte of the value in the body. */
  readonly start: number;
  /** Behind the last byte of the value. */
  readonly end: number;
}

const MAX_PARTS = 256;
const MAX_HEAD_BYTES = 8192;
const HEAD_END = Buffer.from('\r\n\r\n');
const CR = 0x0d;
const LF = 0x0a;
const DASH = 0x2d;

export function isForm(contentType: string | undefined): boolean {
  return /^multipart\/form-data(?:;|$)/i.test(contentType ?? '');
}

/**
 * The parts of a multipart/form-data body. Strict on purpose: a form that two readers could read differently would let a
 * caller show Weir one model and the provider another. Throws `request.invalid`.
 */
export function scanForm(body: Buffer, contentType: string): FormPart[] {
  const opening = Buffer.from(`--${boundaryOf(contentType)}`);
  const delimiter = Buffer.concat([Buffer.from('\r\n'), opening]);
  if (!body.subarray(0, opening.length).equals(opening)) throw broken('it does not begin with its boundary');
  const parts: FormPart[] = [];
  let at = opening.length;
  while (!isClosing(body, at)) {
    if (body[at] !== CR || body[at + 1] !== LF) throw broken('a boundary is followed by something else');
    if (parts.length === MAX_PARTS) throw broken(`it has more than ${MAX_PARTS} parts`);
    const next = nextDelimiter(body, at, delimiter);
    parts.push(partOf(body, at + 2, next));
    at = next + delimiter.length;
  }
  return parts;
}

/** The text of the only field of that name; undefined when the form has none. Throws when there are two. */
export function fieldText(body: Buffer, parts: readonly FormPart[], name: string): string | undefined {
  const part = fieldPart(parts, name);
  return part === undefined ? undefined : body.toString('utf8', part.start, part.end);
}

export function fieldPart(parts: readonly FormPart[], name: string): FormPart | undefined {
  const named = parts.filter((part) => part.name === name && part.filename === undefined);
  if (named.length > 1) throw invalidRequest(name, 'the form has this field more than once');
  return named[0];
}

function boundaryOf(contentType: string): string {
  const found = /;\s*boundary=(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))\s*(?:;|$)/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) throw broken('its content-type names no boundary');
  return boundary;
}

function isClosing(body: Buffer, at: number): boolean {
  return body[at] === DASH && body[at + 1] === DASH;
}

/** Where the next boundary line starts; the same bytes inside a value, followed by anything else, are part of the value. */
function nextDelimiter(body: Buffer, from: number, delimiter: Buffer): number {
  let found = body.indexOf(delimiter, from);
  while (found >= 0) {
    const behind = found + delimiter.length;
    if (isClosing(body, behind) || (body[behind] === CR && body[behind + 1] === LF)) return found;
    found = body.indexOf(delimiter, found + 1);
  }
  throw broken('its closing boundary is missing');
}

function partOf(body: Buffer, start: number, end: number): FormPart {
  const headEnd = body.subarray(start, Math.min(end, start + MAX_HEAD_BYTES)).indexOf(HEAD_END);
  if (headEnd < 0) throw broken('the head of a part is missing or too long');
  const disposition = dispositionOf(body.toString('latin1', start, start + headEnd));
  const name = parameter(disposition, 'name');
  if (name === undefined || /;\s*name\*/i.test(disposition)) throw broken('a part has no plain name');
  const filename = /;\s*filename\*?=/i.test(disposition) ? (parameter(disposition, 'filename') ?? '') : undefined;
  return { name, filename, start: start + headEnd + HEAD_END.length, end };
}

function dispositionOf(head: string): string {
  const lines = head.split('\r\n').filter((line) => /^content-disposition\s*:/i.test(line));
  if (lines.length !== 1) throw broken('a part has no content-disposition, or several');
  return lines[0] as string;
}

function parameter(disposition: string, name: string): string | undefined {
  const found = [...disposition.matchAll(new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^\\s;"]+))`, 'gi'))];
  if (found.length > 1) throw broken(`a part has two values for ${name}`);
  return found[0]?.[1] ?? found[0]?.[2];
}

function broken(reason: string): WeirError {
  return invalidRequest('body', `the form cannot be read: ${reason}.`);
}
