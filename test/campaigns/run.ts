import { parseArgs } from 'node:util';
import { type Campaign, type CampaignRun, DATABASE_CHOICES } from './campaign.ts';
import { loadCampaigns } from './load-campaigns.ts';

const USAGE = 'Usage: npm run campaign -- NAME [--n N] [--seed S] [--database sqlite|postgres|both] [--workers N]';

process.exitCode = await main(process.argv.slice(2));

/** Runs one campaign. Gives 0 when nothing failed, 1 when something did, 2 for wrong use. */
async function main(args: readonly string[]): Promise<number> {
  const campaigns = await loadCampaigns();
  const asked = readArguments(args);
  const campaign = campaigns.find(({ name }) => name === asked?.name);
  if (asked === undefined || campaign === undefined) {
    console.error(`${USAGE}\n\n${campaigns.map(lineOf).join('\n')}`);
    return 2;
  }
  const { n = campaign.n, seed } = asked;
  const { attempted, failed, report } = await campaign.run({ ...asked, n });
  if (report !== undefined) console.log(`${report}\n`);
  console.log(`${campaign.name}: ${attempted} attempted, ${failed} failed (seed ${seed})`);
  return failed > 0 || attempted === 0 ? 1 : 0;
}

interface Asked extends Omit<CampaignRun, 'n'> {
  readonly name: string;
  readonly n?: number;
}

function readArguments(args: readonly string[]): Asked | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      n: { type: 'string' },
      seed: { type: 'string', default: '1' },
      database: { type: 'string' },
      workers: { type: 'string' },
    },
    allowPositionals: true,
  });
  const [name, ...more] = positionals;
  const numbers = [values.n ?? '1', values.seed, values.workers ?? '1'].map(Number);
  if (name === undefined || more.length > 0 || !numbers.every((number) => Number.isInteger(number) && number > 0)) {
    return undefined;
  }
  const database = DATABASE_CHOICES.find((choice) => choice === values.database);
  if (values.database !== undefined && database === undefined) return undefined;
  return {
    name,
    seed: Number(values.seed),
    ...(values.n === undefined ? {} : { n: Number(values.n) }),
    ...(database === undefined ? {} : { database }),
    ...(values.workers === undefined ? {} : { workers: Number(values.workers) }),
  };
}

function lineOf({ name, describe, n }: Campaign): string {
  return `  ${name.padEnd(20)} ${describe} (${n})`;
}
