import { rmSync } from 'node:fs';
import { pause } from '../../server/src/simulator/pacing.ts';
import { completion } from '../chaos/support/gateway-fixture.ts';
import { inParallel, type LoadCall, LoadClient, quantile, Verdict } from '../chaos/support/load.ts';
import { RawUpstream } from '../http/clients/raw-upstream.ts';
import { type RunningWeir, startWeir } from '../support/weir.ts';
import type { Campaign } from './campaign.ts';
import { BareRefuser } from './support/bare-refuser.ts';

const NEVER = new AbortController().signal;
/** Files that a process has open beside the connections of its callers, and what sharing a machine needs. */
const OTHER_FILES = 500;
const SHORTEST_CALL_MS = 600;
/** A call takes longer the more of them run, so that the machine is asked for the same number in a second. */
const CALL_MS_PER_CONNECTION = 2;
/** Code that runs for the first time is slow, and would be measured instead of what load does. */
const WARM_UP_CALLS = 1000;
const WARM_UP_WIDTH = 20;
const LEAST_GOOD_SHARE = 0.8;
/** Beyond what a bare server takes: on a machine that others use too, everybody waits for a processor. */
const REFUSED_WITHIN_MS = 20;
/** With and without load in turns, and the median of them: what else runs on the machine comes and goes. */
const PAIRS = 3;
/** With longer calls one pair is minutes, over which the rest of the machine evens out. */
const LONG_CALL_MS = 2000;

const overload: Campaign = {
  name: 'overload',
  describe:
    'as many open connections as tries, twice as many callers as the server takes calls: at least 80% of what it does alone is done, and the excess is refused in under 20 ms more than a server that does nothing else takes',
  n: 10_000,
  async run({ n }) {
    const connections = Math.min(n, mostOpenFiles() - OTHER_FILES);
    const capacity = Math.ceil(connections / 2);
    const callMs = Math.max(SHORTEST_CALL_MS, connections * CALL_MS_PER_CONNECTION);
    const verdict = new Verdict();
    const upstream = new RawUpstream();
    const reply = JSON.stringify(completion());
    let answersAfterMs = 0;
    upstream.answer = (_request, response) => setTimeout(() => response.end(reply), answersAfterMs);
    const providers = { openai: { api_key: 'sk-first', base_url: `${await upstream.listen()}/v1` } };
    const [weir, bare] = await Promise.all([
      startWeir({
        config: JSON.stringify({ providers, server: { max_concurrent_calls: capacity }, retry: { max_attempts: 0 } }),
      }),
      BareRefuser.start(),
    ]);
    try {
      await warmUp(weir, Math.min(WARM_UP_WIDTH, capacity));
      answersAfterMs = callMs;
      const pairs: [Loaded, Loaded][] = [];
      for (let at = 0; at < (callMs > LONG_CALL_MS ? 1 : PAIRS); at++) {
        const alone = await load(weir, { callers: capacity, callMs, rounds: 3 });
        pairs.push([alone, await load(weir, { callers: 2 * capacity, callMs, rounds: 4, beside: bare })]);
      }
      await judge(verdict, { pairs, capacity, weir });
      return verdict.result(connections);
    } finally {
      await Promise.all([weir.stop(), upstream.close(), bare.close()]);
      rmSync(weir.dataDir, { recursive: true, force: true });
    }
  },
};

export default overload;

async function judge(
  verdict: Verdict,
  { pairs, capacity, weir }: { pairs: readonly [Loaded, Loaded][]; capacity: number; weir: RunningWeir },
): Promise<void> {
  const metrics = (await weir.api('GET /metrics')).text;
  const shed = Number(/weir_calls_shed_total\{reason="concurrency"\} (\d+)/.exec(metrics)?.[1]);
  const median = (figure: (pair: [Loaded, Loaded]) => number) => quantile(pairs.map(figure), 0.5);
  const refused = pairs.reduce((sum, [, { refusedMs }]) => sum + refusedMs.length, 0);
  const open = Math.min(...pairs.map(([, doubled]) => doubled.open));
  const goodShare = median(([alone, doubled]) => doubled.goodPerSecond / alone.goodPerSecond);
  const refusalMs = median(([, { refusedMs }]) => quantile(refusedMs, 0.5));
  const bareMs = median(([, doubled]) => quantile(doubled.bareMs, 0.5));
  verdict.figure('connections open at the same time', open);
  verdict.figure(
    'good calls per second, as many callers as it takes',
    median(([alone]) => alone.goodPerSecond),
  );
  verdict.figure(
    'good calls per second, twice as many',
    median(([, doubled]) => doubled.goodPerSecond),
  );
  verdict.figure('refused', refused);
  verdict.figure('a refusal takes, p50 ms', refusalMs);
  verdict.figure(
    'a refusal takes, p99 ms',
    median(([, { refusedMs }]) => quantile(refusedMs, 0.99)),
  );
  verdict.figure('a bare server that only refuses takes at the same time, p50 ms', bareMs);
  verdict.must(open >= 2 * capacity, `only ${open} of ${2 * capacity} connections were open`);
  verdict.must(refused >= capacity * pairs.length, `only ${refused} calls were refused`);
  verdict.must(shed === refused, `${shed} refusals were counted`);
  verdict.must(goodShare > LEAST_GOOD_SHARE, `only ${goodShare} of the good calls are done under load`);
  verdict.must(refusalMs - bareMs < REFUSED_WITHIN_MS, 'half of the refusals take 20 ms or more of the server');
  for (const [alone, doubled] of pairs) {
    verdict.must(alone.refusedMs.length === 0, `${alone.refusedMs.length} calls that fit were refused`);
    for (const problem of [...alone.problems, ...doubled.problems]) verdict.must(false, problem);
  }
}

interface Loaded {
  readonly goodPerSecond: number;
  /** How long each refusal took. */
  readonly refusedMs: readonly number[];
  /** How long the same calls took at a bare server, one beside each refusal. */
  readonly bareMs: readonly number[];
  /** Connections that stood open in the end. */
  readonly open: number;
  readonly problems: readonly string[];
}

async function warmUp(weir: RunningWeir, width: number): Promise<void> {
  const client = new LoadClient(weir);
  await inParallel(WARM_UP_CALLS, width, async () => {
    await client.call(CALL);
  });
  client.close();
}

const CALL: LoadCall = { wire: 'openai', model: 'openai/gpt-4o-mini', stream: false };

/** Callers with a connection of their own, who come one after the other and then ask again and again. */
async function load(
  weir: RunningWeir,
  of: { callers: number; callMs: number; rounds: number; beside?: BareRefuser },
): Promise<Loaded> {
  const { callers, callMs, rounds } = of;
  const clients = Array.from({ length: callers }, () => new LoadClient(weir));
  const refusedMs: number[] = [];
  const bareMs: number[] = [];
  const problems: string[] = [];
  // What is done while not all are there yet does not count.
  const countFromMono = performance.now() + callMs;
  const untilMono = countFromMono + rounds * callMs;
  let good = 0;
  await Promise.all(
    clients.map(async (client, at) => {
      await pause((at / callers) * callMs, NEVER);
      while (performance.now() < untilMono) {
        const ending = await client.call(CALL);
        const nowMono = performance.now();
        if (ending.isWhole && nowMono >= countFromMono && nowMono < untilMono) good++;
        if (ending.isWhole) continue;
        if (ending.status !== 503 || !ending.isClearError)
          problems.push(`${ending.status} ${ending.text.slice(0, 200)}`);
        refusedMs.push(ending.tookMs);
        if (of.beside !== undefined) bareMs.push((await of.beside.client.call(CALL)).tookMs);
        // As long as a call takes: a client that hammers would only measure itself.
        await pause(callMs, NEVER);
      }
    }),
  );
  const open = clients.filter(({ isConnected }) => isConnected).length;
  for (const client of clients) client.close();
  return { goodPerSecond: (good * 1000) / (rounds * callMs), refusedMs, bareMs, open, problems };
}

/** What the system lets a process open; Node takes all of it at its start. */
function mostOpenFiles(): number {
  const { userLimits } = process.report.getReport() as { userLimits: { open_files: { soft: number | 'unlimited' } } };
  const { soft } = userLimits.open_files;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : soft;
}
