import { rmSync } from 'node:fs';
import type { Fault } from '../../server/src/simulator/faults/fault.ts';
import { type Ending, inParallel, LoadClient, Verdict } from '../chaos/support/load.ts';
import { type ClientWire, Scene } from '../chaos/support/scene.ts';
import { type Campaign, seeded } from './campaign.ts';

const FAULTS: readonly (Fault | undefined)[] = [
  undefined,
  { kind: 'status', code: 400 },
  { kind: 'status', code: 401 },
  { kind: 'status', code: 404 },
  { kind: 'status', code: 409 },
  { kind: 'status', code: 429, retry_after: 0 },
  { kind: 'status', code: 429, retry_after: 20 },
  { kind: 'status', code: 500 },
  { kind: 'status', code: 503, body: '<h1>Unavailable</h1>' },
  { kind: 'status', code: 302, headers: { location: 'http://127.0.0.1:1/' } },
  { kind: 'overloaded' },
  { kind: 'spend_cap' },
  { kind: 'flaky', probability: 0.5 },
  { kind: 'hang_before_headers' },
  { kind: 'reset_before_headers' },
  { kind: 'headers_then_hang' },
  { kind: 'headers_then_hang', after: 4 },
  { kind: 'html_200' },
  { kind: 'empty_200' },
  { kind: 'huge_body', bytes: 3_000_000 },
  { kind: 'wrong_content_length', by: 16 },
  { kind: 'wrong_content_length', by: -16 },
  { kind: 'reset_mid_stream' },
  { kind: 'reset_mid_stream', variant: 'rst' },
  { kind: 'end_without_terminator' },
  { kind: 'end_without_terminator', after: 3 },
  { kind: 'malformed_event' },
  { kind: 'malformed_event', variant: 'giant_line' },
  { kind: 'odd_framing', variant: 'crlf' },
  { kind: 'odd_framing', variant: 'bytes' },
  { kind: 'error_event_before_text' },
  { kind: 'error_event_after_text' },
  { kind: 'no_usage' },
  { kind: 'absurd_usage' },
  { kind: 'close_after_reply' },
];

interface Case {
  readonly wire: ClientWire;
  readonly stream: boolean;
  readonly first: Fault | undefined;
  readonly second: Fault | undefined;
  readonly times: number | 'always';
  /** Which of the routes that were made for this case's number. */
  readonly isRouted: boolean;
}

const faults: Campaign = {
  name: 'faults',
  describe: 'random faults on one target or two, both wires, streamed or not: whole or a clear error, one record each',
  n: 400,
  async run({ n, seed }) {
    const random = seeded(seed);
    const cases = Array.from({ length: n }, () => drawCase(random));
    const scene = await Scene.start({
      simulator: { latency: { firstTokenMs: 1, interTokenMs: 0.2 } },
      routes: Object.fromEntries(
        cases.map(({ wire }, at) => [
          `route-${at}`,
          {
            targets: [
              { model: `${wire}/case-${at}`, timeout_ms: 300 },
              { model: `backup/case-${at}-b`, timeout_ms: 300 },
            ],
          },
        ]),
      ),
      config: {
        server: { max_reply_bytes: 1_000_000 },
        retry: { max_attempts: 2, base_delay_ms: 5, max_delay_ms: 100, budget_floor_per_minute: 100_000 },
        timeouts: { connect_ms: 500, total_ms: 2500, idle_ms: 300 },
      },
    });
    const client = new LoadClient(scene.weir);
    const verdict = new Verdict();
    try {
      const endings = new Map<number, Ending>();
      await inParallel(n, 8, async (at) => {
        endings.set(at, await play(scene, client, { at, drawn: cases[at] as Case }));
      });
      await judge(verdict, scene, { cases, endings });
      return verdict.result(n);
    } finally {
      client.close();
      await scene.close();
      rmSync(scene.weir.dataDir, { recursive: true, force: true });
    }
  },
};

export default faults;

function drawCase(random: () => number): Case {
  const draw = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  return {
    wire: draw(['openai', 'anthropic']),
    stream: random() < 0.6,
    first: draw(FAULTS),
    second: draw(FAULTS),
    times: draw([1, 2, 'always']),
    isRouted: random() < 0.5,
  };
}

async function play(scene: Scene, client: LoadClient, of: { at: number; drawn: Case }): Promise<Ending> {
  const { at, drawn } = of;
  for (const [model, fault] of [
    [`case-${at}`, drawn.first],
    [`case-${at}-b`, drawn.second],
  ] as const) {
    if (fault !== undefined) scene.simulator.faults.add({ match: { model }, fault, times: drawn.times });
  }
  return client.call({
    wire: drawn.wire,
    stream: drawn.stream,
    model: drawn.isRouted ? `route-${at}` : `${drawn.wire}/case-${at}`,
    prompt: 'Write it in 12 words.',
  });
}

async function judge(
  verdict: Verdict,
  scene: Scene,
  of: { cases: readonly Case[]; endings: ReadonlyMap<number, Ending> },
): Promise<void> {
  const records = new Map((await scene.records()).map((record) => [record.request_id, record]));
  verdict.must(records.size === of.cases.length, `${of.cases.length} calls have ${records.size} records`);
  for (const [at, ending] of of.endings) {
    const what = `case ${at} ${JSON.stringify(of.cases[at])}, ended ${ending.status} ${ending.text.slice(-200)}`;
    verdict.must(ending.isWhole !== ending.isClearError, `neither whole nor a clear error: ${what}`);
    const record = records.get(ending.requestId);
    verdict.must(record !== undefined, `no record: ${what}`);
    if (record === undefined) continue;
    verdict.must(record.success === ending.isWhole, `recorded success ${record.success}: ${what}`);
    verdict.must(record.status === ending.status, `recorded status ${record.status}: ${what}`);
    verdict.must(
      record.attempts.length === ending.attempts,
      `${record.attempts.length} attempts recorded, ${ending.attempts} told: ${what}`,
    );
    const sum = record.attempts.reduce((total, attempt) => total + attempt.cost_nano_usd, 0);
    verdict.must(record.cost_nano_usd === sum, `cost ${record.cost_nano_usd} is not the attempts' ${sum}: ${what}`);
    verdict.must(
      record.attempts.length <= (of.cases[at]?.isRouted ? 6 : 3),
      `${record.attempts.length} attempts: ${what}`,
    );
  }
  const endings = [...of.endings.values()];
  verdict.figure('whole', endings.filter(({ isWhole }) => isWhole).length);
  verdict.figure('clear errors', endings.filter(({ isClearError }) => isClearError).length);
  verdict.figure('slowest, ms', Math.max(...endings.map(({ tookMs }) => tookMs)));
}
