import { Cron } from 'croner';

/** A cron line of five fields in a time zone (IANA name). */
export interface CronLine {
  readonly cron: string;
  readonly timeZone: string;
}

/** Five fields, made of what they may be made of; `?` would be the moment of reading. */
const FIVE_FIELDS = /^\s*[\w*,/#-]+(?:\s+[\w*,/#-]+){4}\s*$/;

/**
 * The first time a line fires after a moment, in epoch milliseconds; undefined: never again. A time of day that the change to
 * summer time leaves out fires right after the gap, one that comes twice fires once. Throws for what is no cron line.
 */
export function nextFire({ cron, timeZone }: CronLine, afterMs: number): number | undefined {
  if (!FIVE_FIELDS.test(cron)) throw new RangeError('not five fields');
  return new Cron(cron, { mode: '5-part', timezone: timeZone }).nextRun(new Date(afterMs))?.getTime();
}

/** Is it a name that times can be told in? */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
