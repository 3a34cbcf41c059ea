import { hash } from 'node:crypto';
import { formatUsd, usdFromNano } from '../../kernel/money.ts';
import { DAY_MS } from '../../kernel/time.ts';
import type { ApprovalGate, DearCall } from '../../ports/budgets.ts';
import type { Clock } from '../../ports/clock.ts';
import type { InboxStore } from '../../ports/inbox.ts';
import type { InboxRow } from '../../ports/workflow-store.ts';
import { inboxId } from './inbox-id.ts';

/** How long a request waits for a decision, and an approval for its call. */
const GOOD_FOR_MS = DAY_MS;
const MAX_KNOWN = 10_000;

/**
 * Dear direct calls wait in the inbox: the first one makes an item and is refused with its id, the same call by the same key
 * passes once when somebody approved it. A rejected call stays refused as long as its item would have been good.
 */
export class CallApprovals implements ApprovalGate {
  readonly #inbox: InboxStore;
  readonly #clock: Clock;
  /** Requests for the same call that are over, so that they are not read again. */
  readonly #over = new Map<string, number>();

  constructor(inbox: InboxStore, clock: Clock) {
    this.#inbox = inbox;
    this.#clock = clock;
  }

  async check(call: DearCall): ReturnType<ApprovalGate['check']> {
    const { projectId, keyId, worstCaseNano } = call;
    const body = hash('sha256', call.body ?? '', 'hex');
    const about = inboxId('call', projectId, keyId, body, worstCaseNano);
    for (let turn = (this.#over.get(about) ?? 0) + 1; ; turn++) {
      const now = this.#clock.now();
      const id = inboxId(about, turn);
      const item = await this.#inbox.get(projectId, id);
      if (item === undefined) {
        await this.#inbox.put(itemOf(call, { id, body, now }));
        return { approved: false, approvalId: id, isRejected: false };
      }
      if (item.expires_at === null || item.expires_at > now) {
        if (item.status === 'open') return { approved: false, approvalId: id, isRejected: false };
        if (item.status === 'rejected') return { approved: false, approvalId: id, isRejected: true };
        const isOurs = item.status === 'approved' && (await this.#inbox.useUp({ projectId, id, atMs: now }));
        if (isOurs) return { approved: true };
      } else if (item.status === 'open') {
        await this.#inbox.decide({ projectId, id, status: 'expired', data: null, by: '', atMs: now });
      }
      if (this.#over.size >= MAX_KNOWN) this.#over.clear();
      this.#over.set(about, turn);
    }
  }
}

function itemOf(call: DearCall, of: { id: string; body: string; now: number }): InboxRow {
  const { budget } = call.inForce;
  const worst = formatUsd(call.worstCaseNano);
  return {
    id: of.id,
    project_id: call.projectId,
    kind: 'call',
    status: 'open',
    title: `A call to ${call.model} may cost ${worst} USD.`,
    detail: JSON.stringify({
      key_id: call.keyId,
      user_id: call.userId ?? null,
      model: call.model,
      worst_case_usd: usdFromNano(call.worstCaseNano),
      approve_above_usd: usdFromNano(budget.approveAboveNano ?? 0),
      scope: budget.scope,
      period: budget.period,
      body_sha256: of.body,
    }),
    form: null,
    run_id: null,
    path: null,
    created_at: of.now,
    expires_at: of.now + GOOD_FOR_MS,
    decided_at: null,
    decided_by: null,
    data: null,
  };
}
