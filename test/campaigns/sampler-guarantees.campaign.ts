import { Sampler, type Stamp, severityOf } from '@weir/sampler';
import { type Campaign, seeded } from './campaign.ts';
import { hostilePolicy } from './sampler/hostile-policy.ts';

const LINES = 1000;
const PROTECTED = ['ERROR', 'err', 'CRITICAL', 'Fatal', 'FATAL3', 'PANIC', 'alert', 50, 60, 99, 'exception', 'made up'];
const OTHERS = ['TRACE', 'debug', 'INFO', 'notice', 'WARN', 10, 20, 30, 40, undefined, ''];
const WORDS = ['Stored', 'Polled', 'Lost', 'Sent', 'Found'];

const samplerGuarantees: Campaign = {
  name: 'sampler-guarantees',
  describe: `${LINES} lines under each of n hostile policies: errors, what is above and exceptions are kept, counts are exact`,
  n: 10_000,
  async run({ n, seed }) {
    const random = seeded(seed);
    const failures: string[] = [];
    const totals = { lines: 0, protected: 0, kept: 0 };
    for (let policy = 0; policy < n; policy++) {
      const failure = tryPolicy(random, totals);
      if (failure !== undefined) failures.push(`policy ${policy}: ${failure}`);
    }
    const { lines, protected: protectedLines, kept } = totals;
    const report = `${lines} decisions, ${protectedLines} of them protected, ${kept} kept`;
    return { attempted: n, failed: failures.length, report: [report, ...failures.slice(0, 20)].join('\n') };
  },
};

export default samplerGuarantees;

/** What went wrong first under one policy. */
function tryPolicy(
  random: () => number,
  totals: { lines: number; protected: number; kept: number },
): string | undefined {
  let line = '';
  try {
    const sampler = new Sampler({ policy: hostilePolicy(random), random });
    let kept = 0;
    for (let at = 0; at < LINES; at++) {
      const mustKeep = random() < 0.3;
      const level = pick(mustKeep ? PROTECTED : OTHERS, random);
      const hasException = !mustKeep && random() < 0.05;
      line = `${level} ${pick(WORDS, random)} order ${at}`;
      const stamp = sampler.decide(severityOf(level), line, hasException ? { hasException } : undefined);
      if (stamp !== undefined) kept++;
      const failure = judge(stamp, mustKeep || hasException);
      if (failure !== undefined) return `${failure}: ${line}`;
      totals.lines++;
      if (mustKeep || hasException) totals.protected++;
    }
    totals.kept += kept;
    const { counts } = sampler;
    return counts.seen === LINES && counts.kept === kept
      ? undefined
      : `counted ${JSON.stringify(counts)}, kept ${kept}`;
  } catch (thrown) {
    return `threw ${thrown}: ${line}`;
  }
}

function judge(stamp: Stamp | undefined, mustKeep: boolean): string | undefined {
  if (stamp === undefined) return mustKeep ? 'dropped' : undefined;
  if (mustKeep && stamp.sample_rate !== 1) return `kept at weight ${stamp.sample_rate}`;
  // The smallest rate there is has a weight beyond every number, and is drawn once in the life of the universe.
  return stamp.sample_rate >= 1 && Number.isFinite(stamp.sample_rate) ? undefined : `weighs ${stamp.sample_rate}`;
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)] as Item;
}
