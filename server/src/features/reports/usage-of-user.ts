import { usdFromNano } from '../../kernel/money.ts';
import { nextUtcMidnight, startOfDay } from '../../kernel/time.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { UNKNOWN } from './group-value.ts';

export interface UsageToday {
  readonly requests: number;
  readonly tokens: number;
  readonly costUsd: number;
  readonly byModel: Readonly<Record<string, { requests: number; tokens: number; costUsd: number }>>;
  /** Epoch milliseconds of the next 00:00 UTC. */
  readonly resetAtMs: number;
}

/** What one user of a project did since 00:00 UTC through the given client APIs. */
export async function usageOfUserToday(
  ledger: Ledger,
  user: { projectId: string; userId: string; wires: readonly string[] },
  nowMs: number,
): Promise<UsageToday> {
  const resetAtMs = nextUtcMidnight(nowMs);
  const rows = await ledger.report({ ...user, fromMs: startOfDay(nowMs), toMs: resetAtMs, groupBy: ['model'] });
  const byModel = rows.map((row) => {
    const sums = {
      requests: row.calls,
      tokens: row.inputTokens + row.outputTokens,
      costUsd: usdFromNano(row.costNano),
    };
    return [row.group[0] || UNKNOWN, sums] as const;
  });
  return {
    requests: sum(byModel.map(([, { requests }]) => requests)),
    tokens: sum(byModel.map(([, { tokens }]) => tokens)),
    costUsd: usdFromNano(rows.reduce((total, row) => total + row.costNano, 0n)),
    byModel: Object.fromEntries(byModel),
    resetAtMs,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
