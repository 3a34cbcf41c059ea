import type { Flow, Trigger } from '../../flow.ts';
import { isTimeZone, nextFire } from '../../triggers/cron-schedule.ts';
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

function cronMistake(cron: string, timeZone: string): string | undefined {
  try {
    return nextFire({ cron, timeZone }, Date.now()) === undefined ? 'names a day that never comes' : undefined;
  } catch {
    return 'is no cron line of five fields';
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
