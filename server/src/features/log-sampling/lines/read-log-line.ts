import type { LogLine } from '../../../ports/log-source.ts';

const OPEN_BRACE = 0x7b;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Keys under which structured loggers put the message, the best first. */
const MESSAGE_KEYS = [
  'message',
  'msg',
  'body',
  '@message',
  'MESSAGE',
  'log',
  'event',
  'text',
  'textPayload',
  'short_message',
];
const LEVEL_KEYS = new Set([
  'level',
  'severity',
  'severity_text',
  'SeverityText',
  'lvl',
  'log.level',
  'levelname',
  '@level',
]);
const TIME_KEYS = new Set(['time', 'timestamp', 'ts', '@timestamp', 'datetime', 'date']);
const TRACE_KEYS = new Set(['trace_id', 'traceId', 'traceid', 'trace.id', 'TraceId']);
/** Epoch values below are seconds, not milliseconds. */
const SECONDS_UNTIL = 100_000_000_000;

/** A line of a file: plain text as it is; of a JSON object its message, level, time and trace, where it has them. */
export function readLogLine(line: string, bytes: number): LogLine {
  if (line.charCodeAt(0) !== OPEN_BRACE) return { body: line, bytes };
  const members = scanMembers(line);
  const message = members === undefined ? undefined : bestMessage(members);
  if (members === undefined || message === undefined) return { body: line, bytes };
  let severity: string | undefined;
  let time: number | undefined;
  let traceId: string | undefined;
  for (const [key, value] of members) {
    if (LEVEL_KEYS.has(key)) severity ??= stringOf(value);
    else if (TIME_KEYS.has(key)) time ??= timeOf(stringOf(value));
    else if (TRACE_KEYS.has(key)) traceId ??= stringOf(value);
  }
  return { body: message, bytes, severity, time, traceId };
}

function bestMessage(members: ReadonlyMap<string, string>): string | undefined {
  for (const key of MESSAGE_KEYS) {
    const value = members.get(key);
    if (value !== undefined && value.charCodeAt(0) === QUOTE) return stringOf(value);
  }
  return undefined;
}

/** The members of the outermost object as the JSON text of their values; undefined: the line is no JSON object. Nothing is parsed. */
function scanMembers(line: string): Map<string, string> | undefined {
  const members = new Map<string, string>();
  let at = skipSpace(line, 1);
  while (line.charCodeAt(at) === QUOTE) {
    const keyEnd = endOfString(line, at);
    if (keyEnd < 0) return undefined;
    const key = line.slice(at + 1, keyEnd - 1);
    at = skipSpace(line, keyEnd);
    if (line[at] !== ':') return undefined;
    const from = skipSpace(line, at + 1);
    const end = endOfValue(line, from);
    if (end < 0) return undefined;
    members.set(key, line.slice(from, end));
    at = skipSpace(line, end);
    if (line[at] === '}') return members;
    if (line[at] !== ',') return undefined;
    at = skipSpace(line, at + 1);
  }
  return line[at] === '}' ? members : undefined;
}

function skipSpace(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** Where a string that starts at `from` is over; -1: nowhere. */
function endOfString(line: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const end = line.indexOf('"', at);
    if (end < 0) return -1;
    let slashes = 0;
    while (line.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end + 1;
    at = end + 1;
  }
}

function endOfValue(line: string, from: number): number {
  if (line.charCodeAt(from) === QUOTE) return endOfString(line, from);
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    const character = line[at];
    if (character === '"') {
      const end = endOfString(line, at);
      if (end < 0) return -1;
      at = end - 1;
    } else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') {
      if (depth === 0) return at;
      depth--;
    } else if (character === ',' && depth === 0) return at;
  }
  return -1;
}

/** The text of a JSON string or number. */
function stringOf(value: string): string {
  if (value.charCodeAt(0) !== QUOTE) return value.trim();
  if (!value.includes('\\')) return value.slice(1, -1);
  try {
    return String(JSON.parse(value));
  } catch {
    // An escape that JSON does not know: as it stands.
    return value.slice(1, -1);
  }
}

function timeOf(text: string): number | undefined {
  const number = Number(text);
  if (Number.isFinite(number)) return number < SECONDS_UNTIL ? number * 1000 : number;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
