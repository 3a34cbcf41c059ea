import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../../server/src/simulator/faults/fault-book.ts';
import { requirement } from '../../support/requirement.ts';
import { expectBrokenStream, repliedError } from '../support/expectations.ts';
import { type ClientWire, isWholeStream, pathOf, Scene, streamedError, WIRES } from '../support/scene.ts';

let scene: Scene;
let lastModel = 0;

beforeAll(async () => {
  scene = await Scene.start((simulator) => ({
    routes: {
      limited: { targets: [{ model: 'openai/limited', timeout_ms: 300 }] },
      'limited-or-backup': { targets: [{ model: 'openai/limited-first', timeout_ms: 300 }, 'backup/limited-backup'] },
    },
    config: { server: { max_reply_bytes: 1_000_000 } },
    providers: {
      pool: {
        type: 'openai-compatible',
        base_url: `${simulator.url}/v1`,
        api_key: 'sk-refused',
        credentials: [{ api_key: 'sk-accepted' }],
      },
    },
  }));
});

afterAll(() => scene?.close());

/** A model of its own for each case, so that breakers and journals do not mix; the rule meets only its calls. */
function faulty(
  wire: ClientWire,
  fault: FaultRule['fault'],
  times: FaultRule['times'] = 'always',
): { model: string; asked: () => number } {
  const model = `case-${++lastModel}`;
  scene.simulator.faults.add({ match: { model }, fault, times });
  return { model: `${wire}/${model}`, asked: () => scene.asked(model) };
}

describe('F5: an upstream that never answers', () => {
  test.each(WIRES)('ends at the limit of the attempt, tried once more and no further, on the %s wire', async (wire) => {
    scene.simulator.faults.add({ match: { model: 'limited' }, fault: 'hang_before_headers', times: 2 });
    const before = scene.asked('limited');
    const answer = await scene.chat({ wire, model: 'limited' });
    expect(answer.status).toBe(504);
    expect(answer.headers.get('x-should-retry')).toBe('false');
    repliedError(wire, answer);
    expect(scene.asked('limited') - before).toBe(2);
    expect(answer.tookMs).toBeLessThan(1500);
    const record = await scene.record(answer.requestId);
    expect(record.attempts.map(({ status, cost_state, reason }) => [status, cost_state, reason])).toEqual([
      [0, 'unpriced', 'first'],
      [0, 'unpriced', 'retry'],
    ]);
    expect(record.tokens.input).toBeGreaterThan(0);
    await scene.simulator.journal.until((entry) => entry.aborted);
  });

  test('gives way to the backup', async () => {
    scene.simulator.faults.add({ match: { model: 'limited-first' }, fault: 'hang_before_headers', times: 2 });
    const answer = await scene.chat({ model: 'limited-or-backup' });
    expect(answer.status).toBe(200);
    expect((await scene.record(answer.requestId)).attempts.map(({ provider }) => provider)).toEqual([
      'openai',
      'openai',
      'backup',
    ]);
  });
});

describe.each(WIRES)('on the %s wire', (wire) => {
  test('F6: silence after the beginning of a stream is an error event at the idle limit', async () => {
    const { model, asked } = faulty(wire, { kind: 'headers_then_hang', after: 6 });
    const answer = await scene.chat({ wire, model, stream: true, prompt: 'Write it in 40 words.' });
    expectBrokenStream(wire, answer);
    expect(answer.tookMs).toBeLessThan(2000);
    expect(asked()).toBe(1);
    expect(await scene.record(answer.requestId)).toMatchObject({
      success: false,
      error_code: 'upstream.timeout',
      attempts: [{ partial: true }],
    });
  });

  test('F8: a reset inside a stream is an error event, and what came before is counted', async () => {
    const { model, asked } = faulty(wire, { kind: 'reset_mid_stream', after: 6, variant: 'rst' });
    const answer = await scene.chat({ wire, model, stream: true, prompt: 'Write it in 40 words.' });
    expectBrokenStream(wire, answer);
    expect(asked()).toBe(1);
    expect((await scene.record(answer.requestId)).attempts).toMatchObject([{ partial: true }]);
  });

  test('F9: a clean end without the terminator is an error event of its own type', async () => {
    const { model, asked } = faulty(wire, { kind: 'end_without_terminator', after: 5 });
    const answer = await scene.chat({ wire, model, stream: true, prompt: 'Write it in 40 words.' });
    expectBrokenStream(wire, answer);
    expect(asked()).toBe(1);
    expect(await scene.record(answer.requestId)).toMatchObject({
      success: false,
      error_code: 'upstream.bad_reply',
      attempts: [{ partial: true }],
    });
  });

  test('F9: a stream that said how it finished is whole, and the client gets the terminator that its provider left out', async () => {
    const { model } = faulty(wire, 'end_without_terminator');
    const answer = await scene.chat({ wire, model, stream: true });
    expect(streamedError(wire, answer.text)).toBeUndefined();
    expect(isWholeStream(wire, answer.text)).toBe(true);
    expect(await scene.record(answer.requestId)).toMatchObject({ success: true, cost_state: 'unpriced' });
  });

  describe(requirement('D9b'), () => {
    test('F10: a 429 with retry-after is waited for', async () => {
      const { model, asked } = faulty(wire, { kind: 'status', code: 429, retry_after: 1 }, 1);
      const answer = await scene.chat({ wire, model });
      expect(answer.status).toBe(200);
      expect(answer.tookMs).toBeGreaterThan(950);
      expect(asked()).toBe(2);
      expect((await scene.record(answer.requestId)).attempts.map(({ status }) => status)).toEqual([429, 200]);
    });

    test('F10: without the time for it the client gets the 429 and its header', async () => {
      const { model, asked } = faulty(wire, { kind: 'status', code: 429, retry_after: 2 });
      const answer = await scene.chat({ wire, model, headers: { 'x-stainless-timeout': '1.5' } });
      expect(answer.status).toBe(429);
      expect(answer.headers.get('retry-after')).toBe('2');
      expect(answer.headers.get('x-should-retry')).toBeNull();
      repliedError(wire, answer);
      expect(asked()).toBe(1);
    });

    test('F11: a spend cap is not tried again, here or by the client', async () => {
      const { model, asked } = faulty(wire, 'spend_cap');
      const answer = await scene.chat({ wire, model });
      expect(answer.status).toBe(429);
      expect(answer.headers.get('x-should-retry')).toBe('false');
      expect(asked()).toBe(1);
      expect(await scene.record(answer.requestId)).toMatchObject({
        error_code: 'upstream.rate_limited',
        cost_nano_usd: 0,
      });
    });
  });

  test.each([
    ['F12', { kind: 'overloaded' } as const, 529],
    ['F13', { kind: 'status', code: 500 } as const, 500],
    ['F13', { kind: 'status', code: 502 } as const, 502],
    ['F13', { kind: 'status', code: 503 } as const, 503],
    ['F13', { kind: 'status', code: 504 } as const, 504],
  ])('%s: %j is tried again until it passes, and told when it does not', async (_fault, fault, status) => {
    const passing = faulty(wire, fault, 2);
    const good = await scene.chat({ wire, model: passing.model });
    expect(good.status).toBe(200);
    expect(good.headers.get('x-weir-attempts')).toBe('3');
    expect(passing.asked()).toBe(3);
    const lasting = faulty(wire, fault);
    const bad = await scene.chat({ wire, model: lasting.model });
    expect(bad.status).toBe(status);
    expect(bad.headers.get('x-should-retry')).toBe('false');
    expect(repliedError(wire, bad).type).toEqual(expect.any(String));
    expect(lasting.asked()).toBe(4);
    expect(await scene.record(bad.requestId)).toMatchObject({
      success: false,
      status,
      cost_nano_usd: 0,
      attempts: { length: 4 },
    });
  });

  test.each([401, 403])('F14: an upstream %i is our credential, so the client reads 502 and no key', async (code) => {
    const { model, asked } = faulty(wire, {
      kind: 'status',
      code,
      body: { error: { message: 'Incorrect API key sk-first' } },
    });
    const answer = await scene.chat({ wire, model });
    expect(answer.status).toBe(502);
    expect(answer.text).not.toContain('sk-');
    repliedError(wire, answer);
    expect(asked()).toBe(1);
    expect(await scene.record(answer.requestId)).toMatchObject({ error_code: 'upstream.auth', cost_nano_usd: 0 });
  });

  test('F14: a refused credential gives way to the other and is avoided from then on', async () => {
    const model = `${wire}-pool`;
    scene.simulator.faults.add({
      match: { model, authorization: 'sk-refused' },
      fault: { kind: 'status', code: 401 },
      times: 'always',
    });
    for (let call = 0; call < 12; call++) {
      const answer = await scene.chat({ wire, model: `pool/${model}` });
      expect(answer.status).toBe(200);
    }
    const refused = scene.simulator.journal.entries.filter(
      (entry) => entry.status === 401 && (entry.body as { model?: string } | null)?.model === model,
    );
    expect(refused.length).toBeLessThanOrEqual(1);
  });

  test('F15: an upstream 400 passes as it is and is not tried again', async () => {
    const { model, asked } = faulty(wire, { kind: 'status', code: 400 });
    const answer = await scene.chat({ wire, model });
    expect(answer.status).toBe(400);
    expect(repliedError(wire, answer).message).toContain('Simulated failure 400');
    expect(asked()).toBe(1);
    expect(await scene.record(answer.requestId)).toMatchObject({ error_code: 'upstream.rejected', cost_nano_usd: 0 });
  });

  test('F16: an overload inside a 200 stream, before any text, is hidden from the client', async () => {
    const { model, asked } = faulty(wire, 'error_event_before_text', 1);
    const answer = await scene.chat({ wire, model, stream: true });
    expect(answer.status).toBe(200);
    expect(isWholeStream(wire, answer.text)).toBe(true);
    expect(streamedError(wire, answer.text)).toBeUndefined();
    expect(asked()).toBe(2);
    expect((await scene.record(answer.requestId)).attempts).toHaveLength(2);
  });

  test('F17: the same after text is an error event', async () => {
    const { model, asked } = faulty(wire, 'error_event_after_text');
    const answer = await scene.chat({ wire, model, stream: true, prompt: 'Write it in 40 words.' });
    expectBrokenStream(wire, answer);
    expect(asked()).toBe(1);
    expect((await scene.record(answer.requestId)).attempts).toMatchObject([{ partial: true }]);
  });

  test.each(['crlf', 'comments', 'no_space', 'bytes'])(
    'F18: legal framing of the kind %s loses nothing',
    async (variant) => {
      const { model } = faulty(wire, { kind: 'odd_framing', variant });
      const plain = `${wire}/${model.split('/')[1]}-plain`;
      const odd = await scene.chat({ wire, model, stream: true, prompt: 'say "naïve café ☕ 漢字"' });
      const even = await scene.chat({ wire, model: plain, stream: true, prompt: 'say "naïve café ☕ 漢字"' });
      expect(textOf(wire, odd.text)).toBe(textOf(wire, even.text));
      expect(textOf(wire, odd.text)).toContain('漢字');
      expect((await scene.record(odd.requestId)).success).toBe(true);
    },
  );

  test.each(['bad_json', 'not_object'])('F18: a broken event of the kind %s is an error event', async (variant) => {
    const { model } = faulty(wire, { kind: 'malformed_event', variant, after: 5 });
    const answer = await scene.chat({ wire, model, stream: true, prompt: 'Write it in 40 words.' });
    expectBrokenStream(wire, answer);
    expect((await scene.record(answer.requestId)).attempts).toMatchObject([{ partial: true }]);
  });

  test('F18: bytes of an unknown event that are no text pass as they came', async () => {
    const { model } = faulty(wire, { kind: 'malformed_event', variant: 'invalid_utf8', after: 5 });
    const call = { wire, model, stream: true };
    const response = await fetch(scene.weir.url + pathOf(call), scene.request(call));
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.includes(Buffer.from([0xc3, 0x28, 0xff]))).toBe(true);
    expect(isWholeStream(wire, bytes.toString('latin1'))).toBe(true);
  });

  test.each(['html_200', 'empty_200'] as const)('F19: %s is tried again, then 502', async (fault) => {
    const passing = faulty(wire, fault, 1);
    expect((await scene.chat({ wire, model: passing.model })).headers.get('x-weir-attempts')).toBe('2');
    const lasting = faulty(wire, fault);
    for (const stream of [false, true]) {
      const answer = await scene.chat({ wire, model: lasting.model, stream });
      expect(answer.status).toBe(502);
      expect(repliedError(wire, answer).message).not.toContain('<html');
      expect((await scene.record(answer.requestId)).error_code).toBe('upstream.bad_reply');
    }
  });

  test.each([false, true])(
    'F20: a reply over the limit (compressed: %s) is 502 and the connection is closed',
    async (gzip) => {
      const { model } = faulty(wire, { kind: 'huge_body', bytes: 40_000_000, gzip }, 4);
      const answer = await scene.chat({ wire, model });
      expect(answer.status).toBe(502);
      expect(repliedError(wire, answer).message).toMatch(/larger|too large/);
      expect(await scene.record(answer.requestId)).toMatchObject({ error_code: 'upstream.bad_reply' });
    },
  );

  test('F20: replies that unpack to gigabytes cost the process less than twice their limit', async () => {
    const { model } = faulty(wire, { kind: 'huge_body', bytes: 200_000_000, gzip: true });
    const before = residentBytes(scene.weir.pid);
    await Promise.all(Array.from({ length: 4 }, () => scene.chat({ wire, model })));
    // Four calls of three tries at a limit of 1 MB, and room for a collector that has not run yet.
    expect(residentBytes(scene.weir.pid) - before).toBeLessThan(64_000_000);
  });

  test('F22: a reply without usage is a normal reply, counted by estimate', async () => {
    for (const stream of [false, true]) {
      const { model } = faulty(wire, 'no_usage');
      const answer = await scene.chat({ wire, model, stream });
      expect(answer.status).toBe(200);
      const record = await scene.record(answer.requestId);
      expect(record.success).toBe(true);
      expect(record.cost_state).not.toBe('exact');
      expect(record.tokens.output).toBeGreaterThan(0);
    }
  });

  test.each([-7, 1e12])('F23: usage of %d is not believed', async (value) => {
    for (const stream of [false, true]) {
      const { model } = faulty(wire, { kind: 'absurd_usage', value });
      const answer = await scene.chat({ wire, model, stream });
      expect(answer.status).toBe(200);
      const record = await scene.record(answer.requestId);
      expect(record.tokens_used).toBeGreaterThan(0);
      expect(record.tokens_used).toBeLessThan(1000);
      expect(record.cost_state).not.toBe('exact');
    }
  });
});

describe(requirement('E15'), () => {
  test('an error of a provider tells type, model, user, try and whether it may be repeated', async () => {
    const { model } = faulty('openai', { kind: 'status', code: 503, body: 'gone' });
    const answer = await scene.weir.api(
      'POST /api/v1/llm/completion',
      { model, prompt: 'Hello', user_id: 'ada' },
      { 'x-user-id': 'ada' },
    );
    expect(answer.status).toBe(503);
    expect(answer.json).toMatchObject({
      success: false,
      timestamp: expect.any(String),
      error: {
        code: 'upstream.unavailable',
        details: {
          type: 'ProviderError',
          model: model.split('/')[1],
          user_id: 'ada',
          attempt: 4,
          retryable: true,
          retry_after_s: null,
        },
      },
    });
  });
});

describe(requirement('A4'), () => {
  test.each([
    [{ kind: 'status', code: 503, body: 'x' } as const, 'ProviderError', null],
    [{ kind: 'status', code: 429, retry_after: 30, body: 'x' } as const, 'RateLimitError', 30],
    [{ kind: 'status', code: 401, body: 'x' } as const, 'AuthenticationError', null],
  ])('%j is a %s', async (fault, type, retryAfterS) => {
    const { model } = faulty('openai', fault);
    const answer = await scene.weir.api('POST /api/sampling/request', {
      model,
      messages: [{ role: 'user', content: 'Hello' }],
    });
    expect(answer.json.error.details).toMatchObject({ type, retry_after_s: retryAfterS });
    expect(answer.headers.get('retry-after')).toBe(retryAfterS === null ? null : String(retryAfterS));
  });
});

/** The text of a stream. */
function textOf(wire: ClientWire, stream: string): string {
  const pieces = [...stream.matchAll(/^data:\s?(\{.*?)\r?$/gm)].map(([, data]) => JSON.parse(data ?? '{}'));
  return pieces
    .map((json) => (wire === 'openai' ? json.choices?.[0]?.delta?.content : json.delta?.text) ?? '')
    .join('');
}

function residentBytes(pid: number): number {
  return 1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
}
