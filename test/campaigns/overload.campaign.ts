import { rmSync } from 'node:fs';
import { pause } from '../../server/src/simulator/pacing.ts';
import { completion } from '../chaos/support/gateway-fixture.ts';
import { LoadClient, quantile, Verdict } from '../chaos/support/load.ts';
import { RawUpstream } from '../http/clients/raw-upstream.ts';
import { type RunningWeir, startWeir } from '../support/weir.ts';
import type { Campaign } from './campaign.ts';

const NEVER = new AbortController().signal;
/** Files that a process has open beside the connections of its callers, and what sharing a machine needs. */
const OTHER_FILES = 500;
const SHORTEST_CALL_MS = 300;
/** A call takes longer the more of them run, so that the machine is asked for the same number in a second. */
const CALL_MS_PER_CONNECTION = 2;
const LEAST_GOOD_SHARE = 0.8;
const REFUSED_WITHIN_MS = 20;
/** A short run shares its machine with other tests. */
const FULL_RUN = 5000;
const REFUSED_WITHIN_MS_SHORT = 400;

const overload: Campaign = {
  name: 'overload',
  describe:
    'as many open connections as tries, twice as many callers as the server takes calls: at least 80% of what it does alone is done, and the excess is refused in under 20 ms',
  n: 10_000,
  async run({ n }) {
    const connections = Math.min(n, mostOpenFiles() - OTHER_FILES);
    const capacity = Math.ceil(connections / 2);
    const callMs = Math.max(SHORTEST_CALL_MS, connections * CALL_MS_PER_CONNECTION);
    const verdict = new Verdict();
    const upstream = new RawUpstream();
    const reply = JSON.stringify(completion());
    upstream.answer = (_request, response) => setTimeout(() => response.end(reply), callMs);
    const providers = { openai: { api_key: 'sk-first', base_url: `${await upstream.listen()}/v1` } };
    const weir = await startWeir({
      config: JSON.stringify({ providers, server: { max_concurrent_calls: capacity }, retry: { max_attempts: 0 } }),
    });
    try {
      await load(weir, { callers: capacity, callMs, rounds: 1 });
      const alone = await load(weir, { callers: capacity, callMs, rounds: 3 });
      const doubled = await load(weir, { callers: 2 * capacity, callMs, rounds: 4 });
      const metrics = (await weir.api('GET /metrics')).text;
      const shed = Number(/weir_calls_shed_total\{reason="concurrency"\} (\d+)/.exec(metrics)?.[1]);
      verdict.figure('connections open at the same time', doubled.open);
      verdict.figure('good calls per second, as many callers as it takes', alone.goodPerSecond);
      verdict.figure('good calls per second, twice as many', doubled.goodPerSecond);
      verdict.figure('refused', doubled.refusedMs.length);
      verdict.figure('a refusal takes, p50 ms', quantile(doubled.refusedMs, 0.5));
      verdict.figure('a refusal takes, p99 ms', quantile(doubled.refusedMs, 0.99));
      verdict.must(doubled.open >= 2 * capacity, `only ${doubled.open} of ${2 * capacity} connections were open`);
      verdict.must(alone.refusedMs.length === 0, `${alone.refusedMs.length} calls that fit were refused`);
      verdict.must(doubled.refusedMs.length >= capacity, `only ${doubled.refusedMs.length} calls were refused`);
      verdict.must(shed === doubled.refusedMs.length, `${shed} refusals were counted`);
      verdict.must(doubled.goodPerSecond > LEAST_GOOD_SHARE * alone.goodPerSecond, 'too few calls are done under load');
      const limitMs = connections >= FULL_RUN ? REFUSED_WITHIN_MS : REFUSED_WITHIN_MS_SHORT;
      verdict.must(quantile(doubled.refusedMs, 0.5) < limitMs, `half of the refusals take ${limitMs} ms or more`);
      for (const problem of [...alone.problems, ...doubled.problems]) verdict.must(false, problem);
      return verdict.result(connections);
    } finally {
      await weir.stop();
      await upstream.close();
      rmSync(weir.dataDir, { recursive: true, force: true });
    }
  },
};

export default overload;

interface Loaded {
  readonly goodPerSecond: number;
  /** How long each refusal took. */
  readonly refusedMs: readonly number[];
  /** Connections that stood open in the end. */
  readonly open: number;
  readonly problems: readonly string[];
}

/** Callers with a connection of their own, who come one after the other and then ask again and again. */
async function load(weir: RunningWeir, of: { callers: number; callMs: number; rounds: number }): Promise<Loaded> {
  const { callers, callMs, rounds } = of;
  const clients = Array.from({ length: callers }, () => new LoadClient(weir));
  const refusedMs: number[] = [];
  const problems: string[] = [];
  // What is done while not all are there yet does not count.
  const countFromMono = performance.now() + callMs;
  const untilMono = countFromMono + rounds * callMs;
  let good = 0;
  await Promise.all(
    clients.map(async (client, at) => {
      await pause((at / callers) * callMs, NEVER);
      while (performance.now() < untilMono) {
        const ending = await client.call({ wire: 'openai', model: 'openai/gpt-4o-mini', stream: false });
        const nowMono = performance.now();
        if (ending.isWhole && nowMono >= countFromMono && nowMono < untilMono) good++;
        if (ending.isWhole) continue;
        if (ending.status !== 503 || !ending.isClearError)
          problems.push(`${ending.status} ${ending.text.slice(0, 200)}`);
        refusedMs.push(ending.tookMs);
        // As long as a call takes: a client that hammers would only measure itself.
        await pause(callMs, NEVER);
      }
    }),
  );
  const open = clients.filter(({ isConnected }) => isConnected).length;
  for (const client of clients) client.close();
  return { goodPerSecond: (good * 1000) / (rounds * callMs), refusedMs, open, problems };
}

/** What the system lets a process open; Node takes all of it at its start. */
function mostOpenFiles(): number {
  const { userLimits } = process.report.getReport() as { userLimits: { open_files: { soft: number | 'unlimited' } } };
  const { soft } = userLimits.open_files;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : soft;
}
