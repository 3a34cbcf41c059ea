import type { Json } from '../../../kernel/json.ts';
import { isoSeconds } from '../../../kernel/time.ts';
import type { StepOf } from '../flow.ts';
import { type Context, type Frame, waitFor } from './context.ts';
import type { Done } from './done.ts';
import { StepFailure } from './ending.ts';
import { renderIn } from './render-in.ts';

export async function runWait(
  context: Context,
  step: StepOf<'wait'>,
  at: { path: string; frame: Frame },
): Promise<Done> {
  const { run, services } = context;
  const known = run.steps.get(at.path)?.due_at ?? null;
  const dueAt = known ?? dueTime(context, step, at.frame);
  if (known === null) run.put(at.path, { status: 'waiting', due_at: dueAt });
  const isDue = () => (services.clock.now() >= dueAt ? true : undefined);
  await waitFor(context, { group: at.frame.group, dueAt, look: isDue });
  return { output: { until: isoSeconds(dueAt) } };
}

function dueTime(context: Context, step: StepOf<'wait'>, frame: Frame): number {
  const now = context.services.clock.now();
  if (step.ms !== undefined) {
    const ms = numberOf(renderIn(context, step.ms, frame));
    if (ms === undefined || ms < 0) throw wrong(step.name, 'ms', 'a number of milliseconds');
    return now + ms;
  }
  const until = renderIn(context, step.until ?? null, frame);
  const atMs = typeof until === 'number' ? until : Date.parse(String(until));
  if (!Number.isFinite(atMs)) throw wrong(step.name, 'until', 'a time: ISO 8601 or epoch milliseconds');
  return Math.max(atMs, now);
}

function numberOf(value: Json): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function wrong(name: string, field: string, what: string): StepFailure {
  return new StepFailure('request.invalid', { message: `Step "${name}": ${field} must be ${what}.` });
}
