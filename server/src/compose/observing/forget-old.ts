import type { Config } from '../../config/schema.ts';
import { DAY_MS } from '../../kernel/time.ts';
import type { Storage } from '../../ports/storage.ts';

export interface Forgotten {
  readonly usage: number;
  readonly content: number;
  readonly audit: number;
  readonly runs: number;
  readonly conversations: number;
  readonly rows: number;
}

/** Small enough that no other transaction waits long behind one. */
const BATCH = 500;

/** Deletes what is older than the configuration keeps, a batch at a time. Replicas that do it at once share the work. */
export async function forgetOld(of: {
  readonly retention: Config['retention'];
  /** `conversations.retention_days` */
  readonly conversationDays?: number | undefined;
  readonly storage: Pick<Storage, 'retention' | 'conversations'>;
  readonly nowMs: number;
}): Promise<Forgotten> {
  const { forgetUsage, forgetContent, forgetAudit, forgetRuns } = of.storage.retention;
  const { usage_days, content_days, audit_days, runs_days } = of.retention;
  const usage = await forget(forgetUsage, of.nowMs, usage_days);
  const content = await forget(forgetContent, of.nowMs, content_days);
  const audit = await forget(forgetAudit, of.nowMs, audit_days);
  const runs = await forget(forgetRuns, of.nowMs, runs_days);
  const conversations = await forget(of.storage.conversations.forgetOld, of.nowMs, of.conversationDays);
  const rows = usage + content + audit + runs + conversations;
  return { usage, content, audit, runs, conversations, rows };
}

async function forget(
  oldest: Storage['retention']['forgetUsage'],
  nowMs: number,
  days: number | undefined,
): Promise<number> {
  if (days === undefined) return 0;
  let gone = 0;
  for (;;) {
    const batch = await oldest({ beforeMs: nowMs - days * DAY_MS, limit: BATCH });
    gone += batch;
    if (batch < BATCH) return gone;
  }
}
