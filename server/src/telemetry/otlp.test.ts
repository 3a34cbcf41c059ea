import { afterEach, describe, expect, it } from 'vitest';
import { requirement } from '../../../test/support/requirement.ts';
import { NO_TOKENS } from '../kernel/usage-record.ts';
import { type Otlp, type OtlpOptions, startOtlp } from './otlp.ts';
import {
  attributesOf,
  bytesOf,
  type Fields,
  messages,
  type OtlpReceiver,
  otlpReceiver,
  text,
} from './testing/otlp-receiver.ts';
import { failedRecord, sampleAttempt, sampleRecord } from './testing/sample-record.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const NO_PARENT = { attribution: { traceparent: undefined } };
const CLIENT = { attribution: { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` } };

const running: (Otlp | OtlpReceiver)[] = [];
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.close();
});

async function start(fields: Partial<OtlpOptions>): Promise<Otlp> {
  const otlp = await startOtlp({
    endpoint: 'http://127.0.0.1:9',
    headers: {},
    serviceName: 'weir',
    serviceVersion: '0.1.0',
    describe: (name) => (name === 'gemini-eu' ? { type: 'gemini', baseUrl: 'https://eu.example:8443/v1' } : undefined),
    report: () => {},
    ...fields,
  });
  running.push(otlp);
  return otlp;
}

async function receiver(): Promise<OtlpReceiver> {
  const receiving = await otlpReceiver();
  running.push(receiving);
  return receiving;
}

/** Spans of an export request: resource, then scope, then span. */
function spansOf(message: Fields): Fields[] {
  return messages(message, 1).flatMap((resource) => messages(resource, 2).flatMap((scope) => messages(scope, 2)));
}

function hex(fields: Fields, number: number): string {
  return (fields.get(number)?.[0] as Buffer | undefined)?.toString('hex') ?? '';
}

function timeMs(fields: Fields, number: number): number {
  return Number(bytesOf(fields, number).readBigUInt64LE() / 1_000_000n);
}

const SERVER = 2n;
const CLIENT_KIND = 3n;

describe(requirement('D4'), () => {
  it('sends a span per call under the trace of the client, and one per attempt below it', async () => {
    const collector = await receiver();
    const otlp = await start({ endpoint: `${collector.url}/`, headers: { authorization: 'Bearer collector' } });
    otlp.observe(
      sampleRecord({
        provider: 'gemini-eu',
        model: 'gemini-2.5-flash',
        attempts: [
          sampleAttempt({ status: 503, error_code: 'upstream.unavailable', tokens: NO_TOKENS }),
          sampleAttempt({
            attempt: 2,
            reason: 'fallback',
            provider: 'gemini-eu',
            model: 'gemini-2.5-flash',
            tokens: { ...NO_TOKENS, input: 60, cache_read: 40, output: 15, reasoning: 5 },
          }),
        ],
      }),
      CLIENT,
    );
    await otlp.close();

    const { headers, message } = await collector.first('/v1/traces');
    expect(headers).toMatchObject({ authorization: 'Bearer collector', 'content-type': 'application/x-protobuf' });
    const resource = messages(messages(message, 1)[0], 1)[0] as Fields;
    expect(attributesOf(resource, 1)).toMatchObject({ 'service.name': 'weir', 'service.version': '0.1.0' });

    const spans = spansOf(message);
    const call = spans.find((span) => span.get(6)?.[0] === SERVER) as Fields;
    expect(text(call, 5)).toBe('chat gemini-2.5-flash');
    expect([hex(call, 1), hex(call, 4)]).toEqual([TRACE_ID, '00f067aa0ba902b7']);
    expect([timeMs(call, 7), timeMs(call, 8)]).toEqual([1_763_632_800_000, 1_763_632_800_250]);
    expect(attributesOf(call, 9)).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gemini-2.5-flash',
      'weir.request_id': 'req_1',
      'weir.cost_usd': 0.000027,
    });

    const [failed, answered] = spans.filter((span) => span.get(6)?.[0] === CLIENT_KIND) as [Fields, Fields];
    expect([hex(failed, 1), hex(failed, 4)]).toEqual([TRACE_ID, hex(call, 2)]);
    expect(attributesOf(failed, 9)).toMatchObject({
      'gen_ai.provider.name': 'openai',
      'error.type': 'upstream.unavailable',
      'http.response.status_code': 503,
    });
    expect(messages(failed, 15)[0]?.get(3)?.[0]).toBe(2n);
    expect(attributesOf(answered, 9)).toMatchObject({
      'gen_ai.provider.name': 'gcp.gemini',
      'gen_ai.response.model': 'gemini-2.5-flash',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read.input_tokens': 40,
      'gen_ai.usage.reasoning.output_tokens': 5,
      'server.address': 'eu.example',
      'server.port': 8443,
      'weir.attempt.reason': 'fallback',
    });
  });

  it('sends the duration and the tokens of attempts as metrics', async () => {
    const collector = await receiver();
    const otlp = await start({ endpoint: collector.url });
    otlp.observe(sampleRecord(), NO_PARENT);
    otlp.observe(sampleRecord(), NO_PARENT);
    await otlp.close();

    const { message } = await collector.first('/v1/metrics');
    const metrics = messages(message, 1).flatMap((of) => messages(of, 2).flatMap((scope) => messages(scope, 2)));
    const points = (name: string) => {
      const metric = metrics.find((each) => text(each, 1) === name);
      return messages(messages(metric, 9)[0], 1).map((point) => ({
        count: bytesOf(point, 4).readBigUInt64LE(),
        sum: bytesOf(point, 5).readDoubleLE(),
        attributes: attributesOf(point, 9),
      }));
    };
    const common = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.response.model': 'gpt-4o-mini',
    };
    expect(points('gen_ai.client.operation.duration')).toEqual([{ count: 2n, sum: 0.4, attributes: common }]);
    expect(points('gen_ai.client.token.usage')).toEqual([
      { count: 2n, sum: 200, attributes: { ...common, 'gen_ai.token.type': 'input' } },
      { count: 2n, sum: 40, attributes: { ...common, 'gen_ai.token.type': 'output' } },
    ]);
  });
});

describe('traces', () => {
  it('are not sent when the client chose not to record its own', async () => {
    const collector = await receiver();
    const otlp = await start({ endpoint: collector.url });
    otlp.observe(sampleRecord(), { attribution: { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-00` } });
    otlp.observe(sampleRecord({ request_id: 'req_2' }), { attribution: { traceparent: '00-garbage' } });
    await otlp.close();
    const spans = spansOf((await collector.first('/v1/traces')).message);
    const calls = spans.filter((span) => span.get(6)?.[0] === SERVER);
    expect(calls.map((call) => attributesOf(call, 9)['weir.request_id'])).toEqual(['req_2']);
    expect(hex(calls[0] as Fields, 4)).toBe('');
  });
});

describe('a collector that is down', () => {
  it('costs only the spans beyond the bound, which are counted, and is reported once', async () => {
    const closed = await otlpReceiver();
    await closed.close();
    const reports: string[] = [];
    const otlp = await start({
      endpoint: closed.url,
      maxPendingSpans: 100,
      closeLimitMs: 50,
      report: (state) => reports.push(state),
    });
    for (let at = 0; at < 1000; at++) otlp.observe(failedRecord(), NO_PARENT);
    // Each call has two spans: fifty calls wait, the others are dropped.
    expect(otlp.dropped()).toBe(1900);
    const startedMono = performance.now();
    await otlp.close();
    expect(performance.now() - startedMono).toBeLessThan(2000);
    expect(reports.length).toBeLessThanOrEqual(1);
  });
});
