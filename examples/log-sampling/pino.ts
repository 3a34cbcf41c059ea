import { readFileSync } from 'node:fs';
import { pinoHooks, Sampler } from '@weir/sampler';
import { pino } from 'pino';

// With WEIR_URL, WEIR_API_KEY and WEIR_SERVICE set, `new Sampler()` is enough: the policy comes from Weir.
const policy = JSON.parse(readFileSync(new URL('./policy.json', import.meta.url), 'utf8'));
const sampler = new Sampler({ policy });
const log = pino({ hooks: pinoHooks(sampler) });

for (let order = 1; order <= 500; order++) {
  log.info({ queue: 'orders' }, 'Polled queue %s: %d messages', 'orders', order % 7);
  log.info({ order }, `Stored order ${order}`);
  if (order % 100 === 0) log.error({ order }, 'Payment refused');
}

const { seen, kept } = sampler.counts;
console.error(`${kept} of ${seen} lines kept, all errors among them`);
await sampler.close();
