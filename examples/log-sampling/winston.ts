import { readFileSync } from 'node:fs';
import { Sampler, winstonFormat } from '@weir/sampler';

const policy = JSON.parse(readFileSync(new URL('./policy.json', import.meta.url), 'utf8'));
const sampler = new Sampler({ policy });

// With winston: createLogger({ format: format.combine(winstonFormat(sampler), format.json()), transports: [...] }).
// Here is what winston does with its formats, so that the example needs no package.
const formats = [winstonFormat(sampler)];
function log(level: string, message: string, fields: object = {}): void {
  let info: Record<string, unknown> | false = { ...fields, level, message };
  for (const format of formats) if (info !== false) info = format.transform(info);
  if (info !== false) console.log(JSON.stringify(info));
}

for (let order = 1; order <= 500; order++) {
  log('info', `Polled queue orders: ${order % 7} messages`);
  log('info', `Stored order ${order}`, { order });
  if (order % 100 === 0) log('error', 'Payment refused', { order });
}

const { seen, kept } = sampler.counts;
console.error(`${kept} of ${seen} lines kept, all errors among them`);
await sampler.close();
