import { type TargetObject, targetSchema } from '@weir/contract';
import { z } from 'zod';
import { roundMilliseconds } from '../../../kernel/round-milliseconds.ts';
import type { RouteSpec } from '../../route.ts';

/** What calls taught about one target. */
interface Reading extends Pick<TargetObject, 'provider' | 'model' | 'credential' | 'breaker'> {
  readonly latencyMs: number | undefined;
  readonly lastError: string | undefined;
}

/** Whether the breaker of each target lets calls through, how fast it answers, what it said last. */
export function targetRoutes({ readings }: { readonly readings: () => readonly Reading[] }): RouteSpec[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/targets',
      permission: 'admin',
      errors: 'weir',
      tag: 'Health',
      summary: 'Every target that was called since the start of this server, with its circuit breaker',
      reply: z.object({ data: z.array(targetSchema) }),
      handle: () => ({ data: readings().map(show) }),
    },
  ];
}

function show({ latencyMs, lastError, ...target }: Reading): TargetObject {
  const took = latencyMs === undefined ? null : roundMilliseconds(latencyMs);
  return { ...target, response_time_ms: took, last_error: lastError ?? null };
}
