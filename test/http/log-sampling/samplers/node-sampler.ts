import { createInterface } from 'node:readline';
import { Sampler, type Severity } from '../../../../sampler/src/index.ts';

/** An application with a sampler: each line of standard input is an order, each line of standard output its answer. */
let luck = 0;
const sampler = new Sampler({ random: () => luck, reportEveryMs: 3_600_000 });

type Order = { luck: number } | { decide: [Severity, string][] } | { flush: true };

async function obey(order: Order): Promise<object> {
  if ('luck' in order) luck = order.luck;
  if ('flush' in order) await sampler.flush();
  const stamps =
    'decide' in order ? order.decide.map(([severity, text]) => sampler.decide(severity, text) ?? null) : [];
  return { stamps, ...sampler.counts, version: sampler.policyVersion };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await obey(JSON.parse(line)))}\n`);
}
process.exit(0);
