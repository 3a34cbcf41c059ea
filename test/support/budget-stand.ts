import { BudgetBook } from '../../server/src/features/budgets/budget-book.ts';
import { BudgetRaises } from '../../server/src/features/inbox/budget-raises.ts';
import { CallApprovals } from '../../server/src/features/inbox/call-approvals.ts';
import { type Budget, type BudgetTermsInUsd, termsFromUsd } from '../../server/src/kernel/budget.ts';
import type { WeirError } from '../../server/src/kernel/errors.ts';
import type { Json } from '../../server/src/kernel/json.ts';
import type { Call } from '../../server/src/ports/call.ts';
import type { InboxStore } from '../../server/src/ports/inbox.ts';
import { MemoryBudgetCounters } from '../../server/src/shared-state/memory/budget-counters.ts';
import { completion, fakeCall, fakeProvider } from '../chaos/support/gateway-fixture.ts';
import { gatewayHarness } from '../chaos/support/gateway-harness.ts';
import { ManualClock } from '../contracts/manual-clock.ts';
import { temporaryStorage } from './temporary-storage.ts';

const PRICES = { 'openai/gpt-4o-mini': { input: 1, output: 2 }, 'groq/dear': { input: 100, output: 200 } };
const NOBODY: ReadonlySet<string> = new Set();

/** The pipeline with one budget of the key and a real inbox; the upstream answers everything. */
export async function budgetStand(terms: Partial<BudgetTermsInUsd>, more: { inbox?: InboxStore } = {}) {
  const clock = new ManualClock();
  const inbox = more.inbox ?? (await temporaryStorage(clock)).storage.inbox;
  const budget: Budget = {
    ...termsFromUsd({ usd: 1, period: 'day', ...terms }),
    ...{ projectId: 'default', scope: 'key', id: 'key_1', source: 'api' },
  };
  const raises = new BudgetRaises(inbox, clock);
  const book = new BudgetBook({
    budgets: () => [budget],
    version: () => raises.version,
    raisedTo: (name) => raises.limitOf(name),
  });
  const counters = new MemoryBudgetCounters(clock);
  const inForce = (call: Call) => {
    const { projectId, keyId } = call.caller;
    const own = book.inForce({ projectId, keyId, keyBudget: undefined, userId: undefined, atMs: clock.now() });
    return call.run === undefined ? own : [...own, ...call.run.budgets];
  };
  const harness = gatewayHarness({
    time: clock,
    providers: [fakeProvider('openai'), fakeProvider('groq', { baseUrl: 'http://groq.invalid/v1' })],
    routes: { cheapFirst: { targets: ['openai/gpt-4o-mini', 'groq/dear'] } },
    config: { prices: PRICES, retry: { max_attempts: 0 } },
    bounds: {
      limits: { scopes: () => [], counters: undefined as never, report: () => {} },
      budgets: {
        inForce,
        counters,
        restore: async ({ period }) => counters.restore(period, { spentNano: 0, inLedger: NOBODY }),
        whenUnavailable: () => 'refuse',
        defaultMaxOutput: () => 4096,
        approvals: new CallApprovals(inbox, clock),
        pauses: raises,
        observer: { refused: () => {}, spent: () => {} },
      },
    },
  });
  harness.http.onRequest = (sent) => sent.answer(200, completion());
  const messages = [{ role: 'user', content: 'Hello' }];
  /** Undefined: it went through. */
  const ask = async (body: Record<string, Json> = {}, call: Partial<Call> = {}): Promise<WeirError | undefined> => {
    const json = { model: 'openai/gpt-4o-mini', max_tokens: 100, messages, ...body };
    return (await harness.run(fakeCall({ body: json, ...call } as never))).error;
  };
  const decide = (id: string, status: 'approved' | 'rejected', data: Json = null) =>
    inbox.decide({
      ...{ projectId: 'default', id, status, by: 'boss', atMs: clock.now() },
      data: data === null ? null : JSON.stringify(data),
    });
  return { ...harness, clock, inbox, ask, decide, items: () => inbox.list({ projectId: 'default', limit: 100 }) };
}
