import { format } from 'node:util';
import type { Origin, Sampler } from '../sampler.ts';
import { type Severity, severityOf } from '../severity.ts';
import type { Stamp } from '../stamp.ts';

type Fields = Readonly<Record<string, unknown>>;
type Logger = Record<symbol, unknown>;
type LogMethod = (this: unknown, ...args: unknown[]) => void;

/** pino's `hooks`: `pino({ hooks: pinoHooks(sampler) })`. */
export interface PinoHooks {
  logMethod(this: unknown, args: unknown[], method: (...args: never[]) => void, level: number): void;
}

/**
 * Decides before pino serialises anything: a dropped line costs no more than the decision. The stamp goes where pino
 * keeps a child logger's fields, ready as text; as fields of the line it would cost as much as the line.
 */
export function pinoHooks(sampler: Sampler): PinoHooks {
  return {
    logMethod(args, method, level) {
      const stamp = decide(sampler, args, severityOf(level, 'pino'));
      if (stamp !== undefined) write({ logger: this as Logger, args, method: method as LogMethod }, stamp);
    },
  };
}

interface Call {
  readonly logger: Logger;
  readonly args: unknown[];
  readonly method: LogMethod;
}

function write({ logger, args, method }: Call, stamp: Stamp): void {
  readyFields ??= readyFieldsOf(logger);
  const own = readyFields && logger[readyFields];
  if (readyFields === undefined || typeof own !== 'string') {
    method.apply(logger, stamped(args, stamp));
    return;
  }
  logger[readyFields] = own + stamp.json();
  try {
    method.apply(logger, args);
  } finally {
    logger[readyFields] = own;
  }
}

let readyFields: symbol | undefined;

/** Where pino keeps them, if this is a pino that does. */
function readyFieldsOf(logger: Logger): symbol | undefined {
  return Object.getOwnPropertySymbols(logger).find(({ description }) => description === 'pino.chindings');
}

function decide(sampler: Sampler, args: readonly unknown[], severity: Severity | undefined): Stamp | undefined {
  const first = args[0];
  if (typeof first === 'string' && args.length === 1) return sampler.decide(severity, first);
  let text: string;
  let origin: Origin | undefined;
  try {
    const fields = fieldsOf(first);
    text = fields === undefined ? String(first) : messageOf(fields, args[1]);
    origin = originOf(fields, args);
  } catch {
    return sampler.decide('UNKNOWN', '');
  }
  return sampler.decide(severity, text, origin);
}

function fieldsOf(first: unknown): Fields | undefined {
  return typeof first === 'object' && first !== null ? (first as Fields) : undefined;
}

/** The format string; without one, what structured lines put in its place, or the names of their fields. */
function messageOf(fields: Fields, text: unknown): string {
  if (typeof text === 'string') return text;
  const named = fields.msg ?? fields.message ?? fields.event;
  return typeof named === 'string' ? named : Object.keys(fields).join(' ');
}

/** Nothing where there is nothing to know, as of most lines. */
function originOf(fields: Fields | undefined, args: readonly unknown[]): Origin | undefined {
  const at = fields === undefined ? 0 : 1;
  const formatted = args.length > at + 1 ? formatOf(args, at) : undefined;
  if (fields === undefined) return formatted && { formatted };
  const hasException = isError(fields) || isError(fields.err) || isError(fields.error);
  const traceId = fields.trace_id ?? fields.traceId;
  if (typeof traceId === 'string') return { hasException, traceId, formatted };
  return hasException || formatted !== undefined ? { hasException, formatted } : undefined;
}

function formatOf(args: readonly unknown[], at: number): () => string {
  return () => format(...args.slice(at));
}

function isError(value: unknown): boolean {
  return value !== undefined && value instanceof Error;
}

/** The arguments with the stamp among the fields; as they are when they cannot be copied. */
function stamped(args: unknown[], stamp: Stamp): unknown[] {
  const [first, ...rest] = args;
  const fields = fieldsOf(first);
  if (fields === undefined) return [stamp, ...args];
  try {
    return [{ ...nested(fields), ...stamp }, ...(isError(fields) && rest.length === 0 ? [fields.message] : rest)];
  } catch {
    return args;
  }
}

/** What pino itself would put below a name when it stands alone: an error, a request, a response. */
function nested(fields: Fields): Fields {
  if (isError(fields)) return { err: fields };
  if (fields.method && fields.headers && fields.socket) return { req: fields };
  return typeof fields.setHeader === 'function' ? { res: fields } : fields;
}
