import { Cron } from 'croner';

/** A cron line of five fields in a time zone (IANA name). */
export interface CronLine {
  readonly cron: string;
  readonly timeZone: string;
}

/** Five fields, made of what they may be made of; `?` would be the moment of reading. */
const FIVE_FIELDS = /^\s*[\w*,/#-]+(?:\s+[\w*,/#-]+){4}\s*$/;
const MOST_SHOWN = 64;

/** What is wrong with a cron line, for people; undefined: nothing, and it fires at least once after `nowMs`. */
export function cronProblem(line: CronLine, nowMs: number): string | undefined {
  if (!isTimeZone(line.timeZone)) {
    return `"${line.timeZone.slice(0, MOST_SHOWN)}" is no time zone; use an IANA name such as Europe/Oslo, or UTC.`;
  }
  const shown = `"${line.cron.slice(0, MOST_SHOWN)}"`;
  try {
    return nextFire(line, nowMs) === undefined ? `${shown} never comes.` : undefined;
  } catch {
    return `${shown} is no cron line; five fields are expected: minute hour day month weekday.`;
  }
}

/**
 * The first time a line fires after a moment, in epoch milliseconds; undefined: never again. A time of day that the change to
 * summer time leaves out fires right after the gap, one that comes twice fires once. Throws for what is no cron line.
 */
export function nextFire({ cron, timeZone }: CronLine, afterMs: number): number | undefined {
  if (!FIVE_FIELDS.test(cron)) throw new RangeError('not five fields');
  return new Cron(cron, { mode: '5-part', timezone: timeZone }).nextRun(new Date(afterMs))?.getTime();
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
