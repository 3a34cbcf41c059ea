import type { Origin, Sampler } from '../sampler.ts';
import { type Severity, severityOf } from '../severity.ts';

/** What winston calls a format; put it first in `format.combine(...)`. */
export interface WinstonFormat<Info extends object> {
  transform(info: Info, options?: unknown): Info | false;
}

/** Under this symbol winston keeps the level that later formats do not colour. */
const LEVEL = Symbol.for('level');

/** Drops lines before the formats that follow cost anything, and stamps those it keeps. */
export function winstonFormat<Info extends object = Record<string, unknown>>(sampler: Sampler): WinstonFormat<Info> {
  return {
    transform(info) {
      const { severity, text, origin } = describe(info as Record<string | symbol, unknown>);
      const stamp = sampler.decide(severity, text, origin);
      return stamp === undefined ? false : Object.assign(info, stamp);
    },
  };
}

interface Described {
  readonly severity: Severity | undefined;
  readonly text: string;
  readonly origin?: Origin;
}

function describe(info: Record<string | symbol, unknown>): Described {
  try {
    const { level, message, stack, exception, trace_id: traceId = info.traceId } = info;
    const hasException = typeof stack === 'string' || exception === true || message instanceof Error;
    return {
      severity: severityOf(info[LEVEL] ?? level, 'syslog'),
      text: String(message),
      origin: { hasException, traceId: typeof traceId === 'string' ? traceId : undefined },
    };
  } catch {
    return { severity: 'UNKNOWN', text: '' };
  }
}
