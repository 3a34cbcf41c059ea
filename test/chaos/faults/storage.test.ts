import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pause } from '../../../server/src/simulator/pacing.ts';
import { mountSmallDisk, requiresSmallDisk, unmountSmallDisk } from '../../support/optional.ts';
import { startWeir } from '../../support/weir.ts';
import { RawClient } from '../support/raw-client.ts';
import { pathOf, Scene } from '../support/scene.ts';

const CALL = { model: 'openai/gpt-4o-mini' };
const LONG = { ...CALL, stream: true, prompt: 'Write it in 300 words.' };
const NEVER = new AbortController().signal;

let scene: Scene | undefined;
afterEach(() => scene?.close());

requiresSmallDisk()('F41: the disk is full', () => {
  let disk: string;
  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'disk-'));
    mountSmallDisk(disk, 12);
  });
  afterEach(async () => {
    await scene?.close();
    unmountSmallDisk(disk);
    rmSync(disk, { recursive: true });
  });

  test('calls are refused in words, everything that reached a provider is recorded, and room heals it', async () => {
    scene = await Scene.start({ dataDir: disk });
    const whole = [(await scene.chat(CALL)).requestId];
    const filler = join(disk, 'filler');
    fillUp(filler);
    // The page of the spool that is begun takes a few more.
    let refused = await scene.chat(CALL);
    for (; refused.status === 200; refused = await scene.chat(CALL)) whole.push(refused.requestId);
    expect(refused.status).toBe(503);
    expect(refused.text).toContain('The usage spool cannot be written: the disk is full.');
    expect((await scene.weir.api('GET /v1/models')).status).toBe(200);
    expect((await scene.weir.api('GET /healthz')).json.status).toBe('degraded');
    rmSync(filler);
    const after = await scene.chat(CALL);
    expect(after.status).toBe(200);
    whole.push(after.requestId);
    const ids = (await scene.records()).filter(({ success }) => success).map(({ request_id }) => request_id);
    expect(ids.sort()).toEqual(whole.sort());
    // One may have reached the provider when the disk filled up behind its intent: the next start settles it.
    await scene.weir.stop();
    await scene.restart();
    expect(await scene.records()).toHaveLength(scene.asked('gpt-4o-mini'));
    expect(scene.asked('gpt-4o-mini') - whole.length).toBeLessThanOrEqual(1);
  });
});

test('F42: SQLite locked by another program for five seconds costs time and no record', async () => {
  scene = await Scene.start();
  const intruder = new DatabaseSync(join(scene.weir.dataDir, 'weir.db'), { timeout: 5000 });
  intruder.exec('BEGIN IMMEDIATE');
  const answers = await Promise.all(Array.from({ length: 20 }, () => scene?.chat(CALL)));
  expect(answers.map((answer) => answer?.status)).toEqual(answers.map(() => 200));
  const reading = scene.records();
  await pause(5200, NEVER);
  intruder.exec('COMMIT');
  intruder.close();
  expect((await reading).map(({ request_id }) => request_id).sort()).toEqual(
    answers.map((answer) => answer?.requestId).sort(),
  );
}, 60_000);

test('F43: a damaged database file is not started on, and the message says how to restore', async () => {
  scene = await Scene.start();
  await scene.chat(CALL);
  const { dataDir } = scene.weir;
  await scene.close();
  const file = join(dataDir, 'weir.db');
  const whole = readFileSync(file);
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(8192, 0xa5), 0, 8192, 4096);
  closeSync(descriptor);
  const start = startWeir({ dataDir });
  await expect(start).rejects.toThrow(/is damaged .*put the latest backup in their place/s);
  writeFileSync(file, whole);
  const restored = await startWeir({ dataDir });
  expect((await restored.api('GET /api/v1/usage/records')).json.data).toHaveLength(1);
  await restored.stop();
});

test('F49: of a hundred calls with one Idempotency-Key one reaches the provider and is recorded', async () => {
  scene = await Scene.start();
  const call = { ...CALL, headers: { 'idempotency-key': 'the-same' } };
  const answers = await Promise.all(Array.from({ length: 100 }, () => scene?.chat(call)));
  expect(new Set(answers.map((answer) => answer?.status))).toEqual(new Set([200, 409]));
  expect(scene.asked('gpt-4o-mini')).toBe(1);
  expect((await scene.records()).filter(({ success }) => success)).toHaveLength(1);
  expect((await scene.chat(call)).status).toBe(200);
  expect(scene.asked('gpt-4o-mini')).toBe(1);
});

test('F52: a key revoked during a stream lets it end, is refused at once after that, and is in the audit log', async () => {
  scene = await Scene.start({ simulator: { latency: { firstTokenMs: 2, interTokenMs: 3 } } });
  const { json: key } = await scene.weir.api('POST /api/v1/keys', { name: 'short-lived' });
  const headers = { authorization: `Bearer ${key.key}` };
  const client = await RawClient.connect(scene.weir.url);
  client.send(pathOf(LONG), scene.request({ ...LONG, headers }));
  await client.until((text) => text.includes('data: '));
  await scene.weir.api(`DELETE /api/v1/keys/${key.id}`);
  expect((await scene.chat({ ...CALL, headers })).status).toBe(401);
  await client.until((text) => text.includes('data: [DONE]'));
  const [record] = await scene.records();
  expect(record).toMatchObject({ key_id: key.id, success: true });
  expect((await scene.weir.api('GET /api/v1/audit?limit=5')).text).toMatch(/"key\.revoke"|"key\.delete"/);
});

/** Until the file system takes no more byte. */
function fillUp(path: string): void {
  const descriptor = openSync(path, 'w');
  for (const size of [65_536, 1024, 1]) {
    try {
      for (;;) writeSync(descriptor, Buffer.alloc(size));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
  }
  closeSync(descriptor);
}
