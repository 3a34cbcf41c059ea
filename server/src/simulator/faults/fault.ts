import { isObject, type JsonObject } from '../json.ts';

export const FAULT_KINDS = [
  'status',
  'overloaded',
  'spend_cap',
  'flaky',
  'delay_before_headers',
  'hang_before_headers',
  'reset_before_headers',
  'headers_then_hang',
  'html_200',
  'empty_200',
  'huge_body',
  'wrong_content_length',
  'slow_bytes',
  'reset_mid_stream',
  'end_without_terminator',
  'malformed_event',
  'odd_framing',
  'error_event_before_text',
  'error_event_after_text',
  'no_usage',
  'absurd_usage',
  'close_after_reply',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** One thing that goes wrong with one reply. Every field but `kind` is optional and used only by the kinds it names. */
export interface Fault {
  kind: FaultKind;
  /** `status`: HTTP status; default 500. */
  code?: number;
  /** `status`: reply body, a string as it is or anything else as JSON; default the provider's own error shape. */
  body?: unknown;
  /** `status`: extra reply headers. */
  headers?: Record<string, string>;
  /** `status`, `overloaded`: seconds in `retry-after`; default no such header. */
  retry_after?: number;
  /**
   * Milliseconds. `delay_before_headers`: the wait, default 1000. `slow_bytes`: per byte, default 100.
   * `reset_mid_stream` with rst: time for what was sent to be read first, default 20, because a reset discards it.
   */
  ms?: number;
  /**
   * Events sent before it happens. `reset_mid_stream` 3, `malformed_event` 2, `headers_then_hang` 0,
   * `error_event_after_text` 2 (content events only), `end_without_terminator`: all but the closing events.
   */
  after?: number;
  /**
   * `malformed_event`: bad_json (default), not_object, invalid_utf8, giant_line. `odd_framing`: crlf (default),
   * comments, no_space, bytes. `reset_mid_stream`: close (default; everything sent arrives) or rst (a TCP reset).
   */
  variant?: string;
  /** `huge_body`: size in bytes after decompression; default 64 MiB. */
  bytes?: number;
  /** `huge_body`: compressed on the wire when true. */
  gzip?: boolean;
  /** `wrong_content_length`: bytes declared beyond those sent; negative declares too few; default 16. */
  by?: number;
  /** `absurd_usage`: what every token count becomes; default 1e12. */
  value?: number;
  /** `flaky`: chance of a 500; default 0.5. */
  probability?: number;
}

const FIELDS: Readonly<Record<string, 'number' | 'string' | 'boolean' | 'object' | 'any'>> = {
  code: 'number',
  body: 'any',
  headers: 'object',
  retry_after: 'number',
  ms: 'number',
  after: 'number',
  variant: 'string',
  bytes: 'number',
  gzip: 'boolean',
  by: 'number',
  value: 'number',
  probability: 'number',
};

/** Reads a fault from JSON (`{"kind": "status", "code": 503}`) or from its short form (`status; code=503`). */
export function parseFault(value: unknown): Fault {
  if (typeof value === 'string')
    return parseFault(value.trim().startsWith('{') ? JSON.parse(value) : parseShort(value));
  if (!isObject(value))
    throw new Error('a fault is a name, a short form like "status; code=503", or an object with "kind"');
  const kind = FAULT_KINDS.find((known) => known === value.kind);
  if (!kind) throw new Error(`unknown fault kind ${JSON.stringify(value.kind)}; known: ${FAULT_KINDS.join(', ')}`);
  const fault: Fault = { kind };
  for (const [name, field] of Object.entries(value)) {
    if (name === 'kind') continue;
    const wanted = FIELDS[name];
    if (!wanted) throw new Error(`unknown field ${name} of fault ${kind}; known: ${Object.keys(FIELDS).join(', ')}`);
    if (wanted !== 'any' && typeof field !== wanted)
      throw new Error(`field ${name} of fault ${kind} must be a ${wanted}`);
    Object.assign(fault, { [name]: field });
  }
  return fault;
}

function parseShort(text: string): JsonObject {
  const [kind = '', ...pairs] = text.split(';').map((piece) => piece.trim());
  const fault: JsonObject = { kind };
  for (const pair of pairs.filter((piece) => piece !== '')) {
    const [name = '', ...rest] = pair.split('=');
    const value = rest.join('=').trim();
    const wanted = FIELDS[name.trim()];
    fault[name.trim()] = wanted === 'number' ? Number(value) : wanted === 'boolean' ? value === 'true' : value;
  }
  return fault;
}
