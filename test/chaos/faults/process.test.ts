import { afterEach, describe, expect, test } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { RawClient } from '../support/raw-client.ts';
import { isWholeStream, pathOf, Scene } from '../support/scene.ts';

let scene: Scene;

afterEach(() => scene?.close());

const LONG = { model: 'openai/gpt-4o-mini', stream: true, prompt: 'Write it in 300 words.' };

describe(requirement('B10c'), () => {
  test('F38: after a kill in the middle of streams each call has one record, settled at its estimate', async () => {
    scene = await Scene.start({ simulator: { latency: { firstTokenMs: 2, interTokenMs: 5 } } });
    const whole = await scene.chat({ model: 'openai/gpt-4o-mini' });
    const clients = await Promise.all(Array.from({ length: 8 }, () => RawClient.connect(scene.weir.url)));
    for (const client of clients) client.send(pathOf(LONG), scene.request(LONG));
    await Promise.all(clients.map((client) => client.until((text) => text.includes('data: '))));
    await scene.weir.kill9();
    const ids = clients.map(({ text }) => /x-request-id: (\S+)/.exec(text)?.[1] ?? '');
    for (const { text } of clients) expect(isWholeStream('openai', text)).toBe(false);
    await scene.restart();
    const records = await scene.records();
    expect(records.map(({ request_id }) => request_id).sort()).toEqual([...ids, whole.requestId].sort());
    for (const id of ids) {
      const record = records.find(({ request_id }) => request_id === id);
      expect(record).toMatchObject({
        success: false,
        cost_state: 'estimated',
        attempts: [{ partial: true, cost_state: 'estimated' }],
      });
      expect(record?.cost_nano_usd).toBeGreaterThan(0);
      expect(record?.error).toContain('process ended');
    }
    expect(records.find(({ request_id }) => request_id === whole.requestId)).toMatchObject({
      success: true,
      cost_state: 'exact',
    });
  });
});

test('F39: a reply the client received whole is recorded once after a kill, and its key replays it', async () => {
  scene = await Scene.start();
  const call = { model: 'openai/gpt-4o-mini', headers: { 'idempotency-key': 'pay-once' } };
  const first = await scene.chat(call);
  await scene.weir.kill9();
  await scene.restart();
  expect((await scene.record(first.requestId)).success).toBe(true);
  const again = await scene.chat(call);
  expect(again.status).toBe(200);
  expect(again.text).toBe(first.text);
  expect(scene.asked('gpt-4o-mini')).toBe(1);
  expect(await scene.records()).toHaveLength(1);
});

test('F39: a second kill before the first was recovered from doubles nothing', async () => {
  scene = await Scene.start({ simulator: { latency: { firstTokenMs: 2, interTokenMs: 5 } } });
  const client = await RawClient.connect(scene.weir.url);
  client.send(pathOf(LONG), scene.request(LONG));
  await client.until((text) => text.includes('data: '));
  for (let kill = 0; kill < 3; kill++) {
    await scene.weir.kill9();
    await scene.restart();
  }
  const records = await scene.records();
  expect(records).toHaveLength(1);
  expect(records[0]?.cost_state).toBe('estimated');
});

test('F40: SIGTERM lets running calls finish, sends new ones away and keeps every record', async () => {
  scene = await Scene.start({ simulator: { latency: { firstTokenMs: 2, interTokenMs: 3 } } });
  const clients = await Promise.all(Array.from({ length: 10 }, () => RawClient.connect(scene.weir.url)));
  for (const client of clients) client.send(pathOf(LONG), scene.request(LONG));
  await Promise.all(clients.map((client) => client.until((text) => text.includes('data: '))));
  const late = await RawClient.connect(scene.weir.url);
  const dataDir = scene.weir.dataDir;
  expect((await fetch(`${scene.weir.url}/readyz`)).status).toBe(200);
  const stopped = scene.weir.stop();
  await expect
    .poll(() => refusedWhileDraining(scene), { timeout: 3000, interval: 5 })
    .toEqual({ status: 503, connection: 'close' });
  expect((await fetch(`${scene.weir.url}/readyz`)).status).toBe(503);
  late.send(pathOf(LONG), scene.request(LONG));
  await late.closed();
  expect(late.text).toMatch(/^HTTP\/1\.1 503 /);
  await Promise.all(clients.map((client) => client.until((text) => text.includes('[DONE]'))));
  const lastByteAt = performance.now();
  await stopped;
  expect(performance.now() - lastByteAt).toBeLessThan(3000);
  const ids = clients.map(({ text }) => /x-request-id: (\S+)/.exec(text)?.[1] ?? '');
  await scene.restart();
  expect(scene.weir.dataDir).toBe(dataDir);
  for (const id of ids) expect(await scene.record(id)).toMatchObject({ success: true, cost_state: 'exact' });
});

async function refusedWhileDraining(of: Scene): Promise<{ status: number; connection: string | null }> {
  const answer = await of.chat({ model: 'openai/gpt-4o-mini' });
  return { status: answer.status, connection: answer.headers.get('connection') };
}
