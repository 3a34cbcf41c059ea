import { Cron } from 'croner';
import type { Flow, Trigger } from '../../flow.ts';
import { errorAt, type Problem, pointerOf } from '../problem.ts';

/** Cron patterns, their time zones, and names of webhooks. */
export function checkTriggers({ triggers }: Flow): Problem[] {
  return triggers.flatMap((trigger, at) => {
    const pointer = pointerOf('/triggers', at);
    return trigger.type === 'cron'
      ? checkCron(trigger, pointer)
      : checkWebhook(trigger.name, { triggers, at, pointer });
  });
}

function checkCron({ cron, timeZone }: Extract<Trigger, { type: 'cron' }>, pointer: string): Problem[] {
  if (!isTimeZone(timeZone))
    return [
      errorAt(
        pointerOf(pointer, 'timeZone'),
        `${JSON.stringify(timeZone.slice(0, 60))} is not a time zone.`,
        'Write an IANA name, such as Europe/Berlin or UTC.',
      ),
    ];
  const reason = cronMistake(cron, timeZone);
  if (reason === undefined) return [];
  return [
    errorAt(
      pointerOf(pointer, 'cron'),
      `${JSON.stringify(cron.slice(0, 60))} ${reason}.`,
      'Write minute, hour, day of month, month and day of week, such as "0 9 * * 1-5".',
    ),
  ];
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function cronMistake(cron: string, timeZone: string): string | undefined {
  if (cron.trim().split(/\s+/).length !== 5 && !cron.startsWith('@')) return 'does not have five fields';
  try {
    const pattern = new Cron(cron, { timezone: timeZone, paused: true });
    return pattern.nextRun() === null ? 'names a day that never comes' : undefined;
  } catch {
    return 'is not a cron pattern';
  }
}

function checkWebhook(name: string, of: { triggers: readonly Trigger[]; at: number; pointer: string }): Problem[] {
  const isTaken = of.triggers.slice(0, of.at).some((other) => other.type === 'webhook' && other.name === name);
  if (!isTaken) return [];
  return [
    errorAt(
      pointerOf(of.pointer, 'name'),
      `There are two webhooks called ${JSON.stringify(name)}.`,
      'Give each a name of its own; it is a part of the address.',
    ),
  ];
}
