import { systemClock } from '../../server/src/compose/system-clock.ts';
import { isWeirError } from '../../server/src/kernel/errors.ts';
import { compileTemplate } from '../../server/src/templates/compile-template.ts';
import { TemplateRenderer } from '../../server/src/templates/render-template.ts';
import { BOMBS, type Bomb } from '../templates/bombs.ts';
import { type Campaign, seeded, shuffled } from './campaign.ts';

/** Tries of every bomb in a full run; `npm test` makes one of each. */
const TIMES = 20;
const DEADLINE_MS = 100;
const TARGET_MS = 100;

const templateBombs: Campaign = {
  name: 'template-bombs',
  describe: `templates that want all time or memory, on a warm thread: each ends with a reason, 95% of ${TIMES} tries within ${TARGET_MS} ms by the clock`,
  n: TIMES * BOMBS.length,
  async run({ n, seed }) {
    const renderer = new TemplateRenderer({ clock: systemClock, threads: 1, deadlineMs: DEADLINE_MS, maxWaiting: 10 });
    try {
      return await throwBombs(renderer, { n, seed });
    } finally {
      await renderer.close();
    }
  },
};

async function throwBombs(renderer: TemplateRenderer, { n, seed }: { n: number; seed: number }) {
  const random = seeded(seed);
  const times = new Map<string, number[]>();
  const processorTimes: number[] = [];
  const problems: string[] = [];
  const rounds = Math.max(1, Math.floor(n / BOMBS.length));
  let killed = 0;
  for (let round = 0; round < rounds; round++) {
    for (const bomb of shuffled(BOMBS, random)) {
      await warm(renderer);
      const { tookMs, cpuMs, reason } = await explode(renderer, bomb);
      times.set(bomb.title, [...(times.get(bomb.title) ?? []), tookMs]);
      processorTimes.push(cpuMs);
      if (reason === undefined) problems.push(`${bomb.title}: rendered`);
      if (reason?.includes('takes longer than') || reason?.includes('too much memory')) killed += 1;
    }
  }
  // One try of each says less than twenty.
  const target = rounds >= TIMES ? TARGET_MS : 5 * TARGET_MS;
  const worst = [...times].map(([title, all]) => ({ title, p95: percentile95(all) })).sort((a, b) => b.p95 - a.p95);
  for (const { title, p95 } of worst) if (p95 > target) problems.push(`${title}: p95 ${p95.toFixed(0)} ms`);
  const slowest = worst.slice(0, 5).map(({ title, p95 }) => `  ${p95.toFixed(1)} ms  ${title}`);
  const report = [
    `${BOMBS.length} bombs, ${killed} of ${rounds * BOMBS.length} ended by the deadline; p95 of all: ${percentile95(processorTimes).toFixed(0)} ms of processor time; slowest p95 of one by the clock:`,
    ...slowest,
    ...problems,
  ];
  return { attempted: rounds * BOMBS.length, failed: problems.length, report: report.join('\n') };
}

/** A thread that was ended starts again before the next is thrown. */
async function warm(renderer: TemplateRenderer): Promise<void> {
  await renderer.render(compileTemplate('{% for x in xs %}{{ x }}{% endfor %}'), { xs: [1] }, 'p');
}

async function explode(renderer: TemplateRenderer, { source, data = {}, ...options }: Bomb) {
  const started = performance.now();
  const cpu = process.cpuUsage();
  let reason: string | undefined;
  try {
    await renderer.render(compileTemplate(source, options), data, 'p');
  } catch (thrown) {
    if (!isWeirError(thrown) || thrown.code !== 'request.invalid') throw thrown;
    reason = thrown.message;
  }
  const { user, system } = process.cpuUsage(cpu);
  return { tookMs: performance.now() - started, cpuMs: (user + system) / 1000, reason };
}

function percentile95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0;
}

export default templateBombs;
