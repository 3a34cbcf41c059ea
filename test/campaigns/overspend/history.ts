import { termsFromUsd } from '../../../server/src/kernel/budget.ts';
import { WeirError } from '../../../server/src/kernel/errors.ts';
import type { Limits } from '../../../server/src/kernel/limits.ts';
import type { Call } from '../../../server/src/ports/call.ts';
import type { Clock } from '../../../server/src/ports/clock.ts';
import { pause } from '../../../server/src/simulator/pacing.ts';
import { fakeCall } from '../../chaos/support/gateway-fixture.ts';
import type { Replica, Rules } from './replica.ts';

/** What happens in one history: who calls whom how often, under which bounds. */
export interface History {
  readonly name: string;
  readonly rules: Rules;
  readonly calls: readonly DrawnCall[];
}

export interface DrawnCall {
  readonly user: string;
  readonly key: string;
  readonly replica: number;
  /** Milliseconds of real time before it starts. */
  readonly afterMs: number;
  readonly body: { readonly model: string; readonly messages: readonly { readonly content: string }[] };
  /** The client leaves after so many milliseconds; undefined: it stays. */
  readonly leavesAfterMs: number | undefined;
}

export function drawHistory(random: () => number, of: { name: string; replicas: number }): History {
  const draw = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  const count = 10 + Math.floor(random() * 50);
  const spreadMs = random() * 20;
  const maybe = (limit: number) => (random() < 0.3 ? { limit } : undefined);
  const users: Limits = {
    requests_per_minute: maybe(1 + Math.floor(random() * 30))?.limit,
    tokens_per_minute: maybe(200 + Math.floor(random() * 4000))?.limit,
    tokens_per_day: maybe(200 + Math.floor(random() * 8000))?.limit,
    concurrency: maybe(1 + Math.floor(random() * 12))?.limit,
  };
  const usd = () => 0.0005 + random() * 0.02;
  const budget = (scope: 'key' | 'user' | 'project', id: string) => ({
    ...termsFromUsd({ usd: Number(usd().toFixed(9)), period: draw(['day', 'week', 'month', 'total'] as const) }),
    projectId: of.name,
    scope,
    id,
    source: 'api' as const,
  });
  const budgets = [budget('user', '*'), budget('key', 'key_1'), budget('project', of.name)].filter(
    () => random() < 0.7,
  );
  return {
    name: of.name,
    rules: {
      budgets,
      limits: {
        key: {
          requests_per_minute: maybe(5 + Math.floor(random() * 40))?.limit,
          concurrency: maybe(2 + Math.floor(random() * 12))?.limit,
        },
        user: users,
        project: random() < 0.5 ? { requests_per_minute: 5 + Math.floor(random() * 40) } : {},
        model: {},
        tiers: {},
        apis: {},
        shadow: false,
      },
    },
    calls: Array.from({ length: count }, () => drawCall(random, { spreadMs, replicas: of.replicas })),
  };
}

function drawCall(random: () => number, of: { spreadMs: number; replicas: number }): DrawnCall {
  const draw = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  const body = {
    model: 'openai/gpt-4o-mini',
    messages: [{ role: 'user', content: 'x'.repeat(Math.floor(random() * 200)) }],
    ...(random() < 0.8 ? { max_tokens: 5 + Math.floor(random() * 150) } : {}),
    ...(random() < 0.2 ? { n: 2 } : {}),
  };
  return {
    user: draw(['ann', 'bob']),
    key: draw(['key_1', 'key_2']),
    replica: Math.floor(random() * of.replicas),
    afterMs: random() * of.spreadMs,
    body,
    leavesAfterMs: random() < 0.1 ? random() * 4 : undefined,
  };
}

const NEVER = new AbortController().signal;
let made = 0;

export function callOf(history: History, drawn: DrawnCall, clock: Clock): Call {
  return fakeCall({
    id: `req_${history.name}_${++made}`,
    startedAt: clock.now(),
    startedMono: clock.monotonic(),
    body: drawn.body as never,
    userId: drawn.user,
    caller: { keyId: drawn.key, projectId: history.name, role: 'inference', models: undefined, routes: undefined },
  });
}

/** All calls, each in its time; resolves when the last is settled. */
export async function play(history: History, replicas: readonly Replica[], clock: Clock): Promise<Call[]> {
  return Promise.all(
    history.calls.map(async (drawn) => {
      await pause(drawn.afterMs, NEVER);
      const call = callOf(history, drawn, clock);
      const ending = (replicas[drawn.replica] as Replica).run(call);
      if (drawn.leavesAfterMs !== undefined) {
        setTimeout(() => {
          call.cancelled = true;
          call.running?.abort(new WeirError('call.cancelled'));
        }, drawn.leavesAfterMs);
      }
      await ending;
      return call;
    }),
  );
}
