/**
 * What today cost, by model and end user, from the ledger.
 *
 *   WEIR_ADMIN_KEY=... node examples/usage-report.ts
 */
interface Report {
  readonly request_count: number;
  readonly total_cost: number;
  readonly unpriced_count: number;
  readonly groups: readonly { model: string | null; user: string | null; request_count: number; total_cost: number }[];
}

const url = new URL('/api/v1/usage/report', process.env.WEIR_URL ?? 'http://127.0.0.1:8080');
url.searchParams.set('group_by', 'model,user');
url.searchParams.set('from', `${new Date().toISOString().slice(0, 10)}T00:00:00Z`);

const reply = await fetch(url, { headers: { authorization: `Bearer ${process.env.WEIR_ADMIN_KEY}` } });
if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
const report = (await reply.json()) as Report;

console.table(
  report.groups.map((group) => ({
    model: group.model ?? '-',
    user: group.user ?? '-',
    calls: group.request_count,
    usd: group.total_cost,
  })),
);
console.log(
  `${report.request_count} calls, ${report.total_cost} USD, ${report.unpriced_count} of them without a price`,
);
