import type { WireEvent } from '../../ports/framing.ts';

const BYTE_ORDER_MARK = 0xfeff;
const SPACE = 0x20;

/** Reads the fields of one event; `id`, `retry`, comments and unknown fields stay in the bytes only. */
export function parseSseEvent(raw: Buffer, isFirst: boolean): WireEvent {
  let text = raw.toString('utf8');
  if (isFirst && text.charCodeAt(0) === BYTE_ORDER_MARK) text = text.slice(1);

  let name: string | undefined;
  let data: string | undefined;
  let nextReturn = -1;
  let nextLineFeed = -1;
  for (let start = 0; start < text.length; ) {
    if (nextReturn < start) nextReturn = positionOf(text, '\r', start);
    if (nextLineFeed < start) nextLineFeed = positionOf(text, '\n', start);
    const end = Math.min(nextReturn, nextLineFeed, text.length);
    if (isField(text, 'data', start, end)) {
      const value = valueAfter(text, start + 4, end);
      data = data === undefined ? value : `${data}\n${value}`;
    } else if (isField(text, 'event', start, end)) {
      name = valueAfter(text, start + 5, end);
    }
    // The LF of a CRLF is read as an empty line, which has no field.
    start = end + 1;
  }
  return { name: name === '' ? undefined : name, data: data ?? '', raw };
}

/** A field is its name alone or its name and a colon. */
function isField(...[text, field, start, end]: [string, string, number, number]): boolean {
  const after = start + field.length;
  return text.startsWith(field, start) && (after === end || text[after] === ':');
}

/** What follows the colon, without one leading space. */
function valueAfter(text: string, colon: number, end: number): string {
  return text.slice(text.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1, end);
}

function positionOf(text: string, character: string, from: number): number {
  const position = text.indexOf(character, from);
  return position === -1 ? Infinity : position;
}
