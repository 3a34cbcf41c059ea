import { afterEach, describe, expect, test } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { Scene } from '../support/scene.ts';

let scene: Scene;

afterEach(() => scene?.close());

const BREAKER = { open_ms: 300, max_open_ms: 600 };

describe(requirement('E12a'), () => {
  test('F25: with a good second route a flapping first one costs neither success nor many tries', async () => {
    scene = await Scene.start({
      routes: { flapping: { targets: ['openai/flaps', 'backup/steady'] } },
      config: { retry: { base_delay_ms: 5, max_delay_ms: 20 } },
    });
    scene.simulator.faults.add({ match: { model: 'flaps' }, fault: { kind: 'flaky', probability: 0.5 } });
    let attempts = 0;
    for (let call = 0; call < 300; call++) {
      const answer = await scene.chat({ model: 'flapping' });
      expect(answer.status).toBe(200);
      attempts += Number(answer.headers.get('x-weir-attempts'));
    }
    expect(attempts).toBeLessThanOrEqual(1.2 * 300);
    expect(await scene.records()).toHaveLength(300);
  });
});

describe(requirement('A10'), () => {
  test('F26: an outage is answered fast and without tries, and ends with the first probe after it', async () => {
    scene = await Scene.start({ config: { retry: { max_attempts: 0 }, breaker: BREAKER } });
    scene.simulator.faults.add({ match: { model: 'down' }, fault: { kind: 'status', code: 503 }, times: 'always' });
    for (let call = 0; call < 5; call++) await scene.chat({ model: 'openai/down' });
    const asked = scene.asked('down');
    const open = [];
    for (let call = 0; call < 20; call++) open.push(await scene.chat({ model: 'openai/down' }));
    const fast = open.filter((answer) => answer.headers.get('x-weir-attempts') === '0');
    expect(fast.length).toBeGreaterThanOrEqual(18);
    for (const answer of fast) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBe(1);
      expect(Number(answer.headers.get('x-weir-overhead-ms'))).toBeLessThan(10);
    }
    expect(scene.asked('down') - asked).toBeLessThanOrEqual(2);
    scene.simulator.faults.clear();
    const recovered = () => scene.chat({ model: 'openai/down' }).then(({ status }) => status);
    await expect.poll(recovered, { timeout: 2 * BREAKER.max_open_ms, interval: 20 }).toBe(200);
  });
});

describe(requirement('B11'), () => {
  test('F27: with all routes down the reply is 503, when to come back, and each reason', async () => {
    scene = await Scene.start({
      routes: { all: { targets: ['openai/down-1', 'backup/down-2'] } },
      config: { retry: { max_attempts: 0 }, breaker: BREAKER },
    });
    for (const model of ['down-1', 'down-2'])
      scene.simulator.faults.add({ match: { model }, fault: { kind: 'status', code: 500 }, times: 'always' });
    for (const expectedAttempts of [2, 2, 2, 2, 2, 0]) {
      const answer = await scene.weir.api('POST /api/v1/llm/completion', { model: 'all', prompt: 'Hello' });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(answer.headers.get('x-weir-attempts')).toBe(String(expectedAttempts));
      expect(answer.json.error.details.targets).toEqual({
        'openai/down-1': 'upstream.unavailable',
        'backup/down-2': 'upstream.unavailable',
      });
      const record = await scene.record(answer.headers.get('x-request-id') ?? '');
      expect(record).toMatchObject({ success: false, status: 503, attempts: { length: expectedAttempts } });
    }
  });
});
