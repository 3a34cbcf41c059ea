import { format } from 'node:util';
import type { Origin, Sampler } from '../sampler.ts';
import { type Severity, severityOf } from '../severity.ts';
import type { Stamp } from '../stamp.ts';

type Fields = Readonly<Record<string, unknown>>;
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
  const severities = new Map<number, Severity | undefined>();
  const severityOfLevel = (level: number): Severity | undefined => {
    const known = severities.get(level);
    if (known !== undefined) return known;
    const severity = severityOf(level, 'pino');
    severities.set(level, severity);
    return severity;
  };

  return {
    logMethod(args, method, level) {
      const stamp = decide(sampler, args, severityOfLevel(level));
      if (stamp === undefined) return;
      const logger = this as Record<symbol, unknown>;
      const ready = readyFieldsOf(logger);
      if (ready === undefined) {
        (method as LogMethod).apply(this, stamped(args, stamp));
        return;
      }
      const own = logger[ready];
      logger[ready] = `${own}${textOf(stamp)}`;
      try {
        (method as LogMethod).apply(this, args);
      } finally {
        logger[ready] = own;
      }
    },
  };
}

let readyFields: symbol | undefined;

/** Where pino keeps them, if this is a pino that does. */
function readyFieldsOf(logger: Record<symbol, unknown>): symbol | undefined {
  readyFields ??= Object.getOwnPropertySymbols(logger).find(({ description }) => description === 'pino.chindings');
  return readyFields !== undefined && typeof logger[readyFields] === 'string' ? readyFields : undefined;
}

const texts = new WeakMap<Stamp, string>();

function textOf(stamp: Stamp): string {
  const known = texts.get(stamp);
  if (known !== undefined) return known;
  const text = `,${JSON.stringify(stamp).slice(1, -1)}`;
  texts.set(stamp, text);
  return text;
}

function decide(sampler: Sampler, args: readonly unknown[], severity: Severity | undefined): Stamp | undefined {
  let text: string;
  let origin: Origin | undefined;
  try {
    const fields = fieldsOf(args[0]);
    text = fields === undefined ? String(args[0]) : messageOf(fields, args[1]);
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

function originOf(fields: Fields | undefined, args: readonly unknown[]): Origin | undefined {
  const traceId = fields?.trace_id ?? fields?.traceId;
  const hasException = fields !== undefined && (isError(fields) || isError(fields.err) || isError(fields.error));
  const at = fields === undefined ? 0 : 1;
  const hasValues = args.length > at + 1;
  if (!hasException && !hasValues && typeof traceId !== 'string') return undefined;
  return {
    hasException,
    traceId: typeof traceId === 'string' ? traceId : undefined,
    formatted: hasValues ? () => format(...args.slice(at)) : undefined,
  };
}

function isError(value: unknown): boolean {
  return value instanceof Error;
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
