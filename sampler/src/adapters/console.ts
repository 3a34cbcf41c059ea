import { format } from 'node:util';
import type { Sampler } from '../sampler.ts';
import type { Severity } from '../severity.ts';

const SEVERITY_OF_METHOD = {
  debug: 'DEBUG',
  log: 'INFO',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
} as const satisfies Record<string, Severity>;

type Method = keyof typeof SEVERITY_OF_METHOD;

/**
 * Samples what is written with `console.debug`, `log`, `info`, `warn` and `error`; gives the way back. Kept lines stay
 * as they are: a console has no place for a stamp, so their true totals are in the summaries only.
 */
export function patchConsole(sampler: Sampler, target: Pick<Console, Method> = console): () => void {
  const methods = Object.keys(SEVERITY_OF_METHOD) as Method[];
  const originals = methods.map((method) => [method, target[method]] as const);
  for (const [method, original] of originals) {
    target[method] = (...args: unknown[]) => {
      if (isKept(sampler, SEVERITY_OF_METHOD[method], args)) original.apply(target, args);
    };
  }
  return () => {
    for (const [method, original] of originals) target[method] = original;
  };
}

function isKept(sampler: Sampler, severity: Severity, args: readonly unknown[]): boolean {
  let text: string;
  try {
    text = typeof args[0] === 'string' ? args[0] : format(args[0]);
  } catch {
    return sampler.decide('UNKNOWN', '') !== undefined;
  }
  const hasException = args.some((arg) => arg instanceof Error);
  const formatted = args.length > 1 ? () => format(...args) : undefined;
  return sampler.decide(severity, text, { hasException, formatted }) !== undefined;
}
