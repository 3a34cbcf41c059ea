import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordOfModel } from '../support/expectations.ts';
import { RawClient } from '../support/raw-client.ts';
import { pathOf, Scene, WIRES } from '../support/scene.ts';

let scene: Scene;
let lastModel = 0;

beforeAll(async () => {
  scene = await Scene.start({ simulator: { latency: { firstTokenMs: 2, interTokenMs: 5 } } });
});

afterAll(() => scene?.close());

function nextModel(): string {
  return `left-${++lastModel}`;
}

async function send(model: string, wire: (typeof WIRES)[number], stream: boolean): Promise<RawClient> {
  const call = { wire, model: `${wire}/${model}`, stream, prompt: 'Write it in 400 words.' };
  const client = await RawClient.connect(scene.weir.url);
  client.send(pathOf(call), scene.request(call));
  return client;
}

/** Milliseconds from now until the upstream sees its connection go. */
async function untilAborted(model: string): Promise<number> {
  const leftAt = performance.now();
  await scene.simulator.journal.until((entry) => entry.aborted && bodyModel(entry.body) === model);
  return performance.now() - leftAt;
}

function bodyModel(body: unknown): string | undefined {
  return (body as { model?: string } | null)?.model;
}

test.each(WIRES)(
  'F36: a client that leaves before the headers has its upstream aborted within 100 ms, on the %s wire',
  async (wire) => {
    const model = nextModel();
    scene.simulator.faults.add({ match: { model }, fault: 'hang_before_headers' });
    const client = await send(model, wire, true);
    await scene.simulator.journal.until((entry) => bodyModel(entry.body) === model);
    client.leave();
    expect(await untilAborted(model)).toBeLessThan(100);
    const record = await recordOfModel(scene, `${wire}/${model}`);
    expect(record).toMatchObject({
      success: false,
      status: 499,
      error_code: 'call.cancelled',
      attempts: { length: 1 },
    });
    expect(record.tokens.input).toBeGreaterThan(0);
    expect(scene.asked(model)).toBe(1);
  },
);

test.each(WIRES)(
  'F37: wherever in a stream the client leaves, its upstream is aborted and one partial record is kept, on the %s wire',
  async (wire) => {
    const times: number[] = [];
    for (const events of [1, 2, 3, 5, 8, 13, 21]) {
      const model = nextModel();
      const client = await send(model, wire, true);
      await client.until((text) => text.split('\ndata: ').length > events);
      client.leave();
      times.push(await untilAborted(model));
      const record = await recordOfModel(scene, `${wire}/${model}`);
      expect(record).toMatchObject({ success: false, error_code: 'call.cancelled', attempts: [{ partial: true }] });
      expect(record.tokens.input).toBeGreaterThan(0);
      expect(scene.asked(model)).toBe(1);
    }
    expect(Math.max(...times)).toBeLessThan(100);
  },
);

test('a client that leaves during a pause between tries is not tried for again', async () => {
  const model = nextModel();
  scene.simulator.faults.add({
    match: { model },
    fault: { kind: 'status', code: 429, retry_after: 2 },
    times: 'always',
  });
  const client = await send(model, 'openai', false);
  await scene.simulator.journal.until((entry) => entry.finished && bodyModel(entry.body) === model);
  client.leave();
  const record = await recordOfModel(scene, `openai/${model}`);
  expect(record).toMatchObject({ error_code: 'call.cancelled', attempts: { length: 1 }, cost_nano_usd: 0 });
  expect(scene.asked(model)).toBe(1);
});

test('a client that leaves harms no other call', async () => {
  const models = Array.from({ length: 20 }, nextModel);
  const clients = await Promise.all(models.map((model) => send(model, 'openai', true)));
  const staying = Array.from({ length: 20 }, (_, at) => scene.chat({ model: `openai/staying-${at}`, stream: true }));
  await Promise.all(clients.map((client) => client.until((text) => text.includes('data: '))));
  for (const client of clients) client.leave();
  for (const answer of await Promise.all(staying)) expect(answer.text.trimEnd().endsWith('data: [DONE]')).toBe(true);
});
