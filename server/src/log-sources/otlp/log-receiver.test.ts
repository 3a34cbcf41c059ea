import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import type { LogLine } from '../../ports/log-source.ts';
import { LineWindow } from '../line-window.ts';
import { LogReceiver } from './log-receiver.ts';
import { MOST_BYTES } from './open-body.ts';

const TRACE = '5b8efff798038103d269b633813fc60c';

function setup() {
  const window = new LineWindow(100_000_000);
  const receiver = new LogReceiver({
    ...{ window, clock: new ManualClock() },
    readLine: (body, bytes) => ({ body, bytes }),
    assertJson: () => {},
  });
  const send = async (body: string | Buffer, headers: { type?: string; encoding?: string } = {}) => {
    const bytes = Buffer.from(body);
    const { type: contentType, encoding: contentEncoding } = headers;
    const reply = await receiver.receive({ projectId: 'p', body: bytes, contentType, contentEncoding });
    return { type: reply.contentType, text: reply.body.toString('utf8'), body: reply.body };
  };
  const lines = async (service: string): Promise<LogLine[]> => {
    const found: LogLine[] = [];
    const everything = { service, from: 0, to: Number.MAX_SAFE_INTEGER };
    for await (const batch of window
      .source('otlp', 'p', () => service)
      .read(everything, new AbortController().signal)) {
      found.push(...batch);
    }
    return found;
  };
  return { send, lines };
}

const request = (...records: unknown[]) => ({
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] },
      scopeLogs: [{ scope: { name: 'x' }, logRecords: records }],
    },
  ],
});
const json = { type: 'application/json' };

describe('OTLP logs as JSON', () => {
  test('a record is a line: text, time, severity, trace, and the bytes of its attributes too', async () => {
    const { send, lines } = setup();
    const reply = await send(
      JSON.stringify(
        request({
          timeUnixNano: '1544712660300000000',
          severityNumber: 17,
          severityText: 'whatever',
          traceId: TRACE.toUpperCase(),
          body: { stringValue: 'grüß' },
          attributes: [{ key: 'n', value: { intValue: '12' } }],
        }),
      ),
      json,
    );
    expect(reply).toMatchObject({ type: 'application/json', text: '{}' });
    expect(await lines('web')).toEqual([
      { body: 'grüß', bytes: 9, service: 'web', time: 1544712660300, severity: 'ERROR', traceId: TRACE },
    ]);
  });

  test('attributes named like built-in properties change nothing', async () => {
    const { send, lines } = setup();
    const hostile = ['__proto__', 'constructor', 'prototype', 'toString'].map((key) => ({
      key,
      value: { kvlistValue: { values: [{ key: 'polluted', value: { stringValue: 'yes' } }] } },
    }));
    const named = { key: 'service.name', value: { stringValue: 'web' } };
    await send(
      JSON.stringify({
        resourceLogs: [
          {
            resource: { attributes: [...hostile, named] },
            scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' }, attributes: hostile }] }],
          },
        ],
      }),
      json,
    );
    expect(await lines('web')).toMatchObject([{ body: 'x', service: 'web' }]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect('polluted' in {}).toBe(false);
  });

  test.each<[string, object, Partial<LogLine>]>([
    ['a time as a number', { timeUnixNano: 1544712660300000000 }, { time: 1544712660300 }],
    ['time 0, where the observed one counts', { timeUnixNano: '0', observedTimeUnixNano: '5000000' }, { time: 5 }],
    ['no time', {}, { time: undefined }],
    ['a body that is {}', { body: {} }, { body: '' }],
    ['a body that is null', { body: null }, { body: '' }],
    ['no body and an event', { eventName: 'signed.up' }, { body: 'signed.up' }],
    ['an integer as text', { body: { intValue: '9007199254740993' } }, { body: '9007199254740993' }],
    ['an integer', { body: { intValue: 7 } }, { body: '7' }],
    ['a false', { body: { boolValue: false } }, { body: 'false' }],
    [
      'a structure',
      {
        body: {
          kvlistValue: {
            values: [
              { key: 'a', value: { arrayValue: { values: [{ doubleValue: 1.5 }, {}] } } },
              { key: 'b', value: {} },
            ],
          },
        },
      },
      { body: '{"a":[1.5,null],"b":null}' },
    ],
    ['a trace id in base64', { traceId: Buffer.from(TRACE, 'hex').toString('base64') }, { traceId: TRACE }],
    ['no trace id', { traceId: '' }, { traceId: undefined }],
    ['a severity by its text', { severityText: 'Notice' }, { severity: 'Notice' }],
    ['a severity by its name', { severityNumber: 'SEVERITY_NUMBER_WARN2' }, { severity: 'WARN' }],
    ['severity 0', { severityNumber: 0 }, { severity: undefined }],
    ['severity 1', { severityNumber: 1 }, { severity: 'TRACE' }],
    ['severity 10, which is no debug of pino', { severityNumber: 10 }, { severity: 'INFO' }],
    ['severity 20, which is an error', { severityNumber: 20 }, { severity: 'ERROR' }],
    ['severity 24', { severityNumber: 24 }, { severity: 'FATAL' }],
  ])('%s', async (_, record, expected) => {
    const { send, lines } = setup();
    await send(JSON.stringify(request(record)), json);
    expect(await lines('web')).toMatchObject([expected]);
  });

  test('a resource without a name is the unknown service', async () => {
    const { send, lines } = setup();
    await send(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }] }] }));
    expect(await lines('unknown_service')).toHaveLength(1);
  });

  test('lines of JSON are taken one by one; what is broken is counted and the rest is kept', async () => {
    const { send, lines } = setup();
    const one = JSON.stringify(request({ body: { stringValue: 'one' } }));
    const two = JSON.stringify(request({ body: { stringValue: 'two' } }, 'no record', null));
    const reply = await send(`${one}\n\n${two}\n{"resourceLogs": [\n`, { type: 'application/x-ndjson' });
    expect(JSON.parse(reply.text)).toEqual({
      partialSuccess: { rejectedLogRecords: '3', errorMessage: expect.stringContaining('left out') },
    });
    expect((await lines('web')).map(({ body }) => body)).toEqual(['one', 'two']);
  });

  test.each(['{}', '{"resourceLogs":[]}', '{"resourceLogs":[{}]}', '{"resourceLogs":[{"scopeLogs":[{}]}]}'])(
    'an empty request %s is fine',
    async (body) => {
      expect((await setup().send(body, json)).text).toBe('{}');
    },
  );

  test.each(['', '[]', '"x"', 'nonsense', '{"resourceLogs":'])('a body %j is refused by name', async (body) => {
    await expect(setup().send(body, json)).rejects.toMatchObject({ code: 'request.invalid', param: 'body' });
  });

  test('a body that is cut keeps the count of its bytes', async () => {
    const { send, lines } = setup();
    await send(JSON.stringify(request({ body: { stringValue: 'x'.repeat(100_000) } })), json);
    const [line] = await lines('web');
    expect(line?.body).toHaveLength(65_536);
    expect(line?.bytes).toBe(100_000);
  });
});

describe('compression', () => {
  const body = JSON.stringify(request({ body: { stringValue: 'one' } }));

  test.each<[string, { type?: string; encoding?: string }]>([
    ['with its header', { ...json, encoding: 'gzip' }],
    ['without a header', json],
    ['without any', {}],
  ])('gzip is read %s', async (_, headers) => {
    const { send, lines } = setup();
    expect((await send(gzipSync(body), headers)).text).toBe('{}');
    expect(await lines('web')).toHaveLength(1);
  });

  test('a bomb is refused before it is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(MOST_BYTES + 1, 0x20));
    expect(bomb.length).toBeLessThan(20_000);
    await expect(setup().send(bomb, json)).rejects.toMatchObject({ code: 'request.too_large', status: 413 });
  });

  test('so is what is too large without compression', async () => {
    await expect(setup().send(Buffer.alloc(MOST_BYTES + 1, 0x20), json)).rejects.toMatchObject({
      code: 'request.too_large',
    });
  });

  test('half of a gzip file and another compression are refused by name', async () => {
    await expect(setup().send(gzipSync(body).subarray(0, 30), json)).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(setup().send(body, { ...json, encoding: 'br' })).rejects.toMatchObject({
      status: 415,
      param: 'content-encoding',
    });
  });
});

describe('OTLP logs as protocol buffers', () => {
  const field = (number: number, ...bytes: Uint8Array[]) => {
    const content = Buffer.concat(bytes);
    return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
  };
  const string = (number: number, text: string) => field(number, Buffer.from(text));

  test('crafted bytes are a line; the reply is empty', async () => {
    const { send, lines } = setup();
    const time = Buffer.alloc(9, 0x09);
    time.writeBigUInt64LE(1544712660300000000n, 1);
    const record = field(
      2,
      time,
      Buffer.from([0x10, 13]),
      field(5, string(1, 'hello')),
      field(9, Buffer.from(TRACE, 'hex')),
    );
    const resource = field(1, field(1, string(1, 'service.name'), field(2, string(1, 'web'))));
    const reply = await send(field(1, resource, field(2, record)), { type: 'application/x-protobuf' });
    expect(reply).toMatchObject({ type: 'application/x-protobuf', text: '' });
    expect(await lines('web')).toMatchObject([
      { body: 'hello', time: 1544712660300, severity: 'WARN', traceId: TRACE },
    ]);
  });

  test('values nested without end are refused, not followed', async () => {
    let value: Buffer = Buffer.alloc(0);
    const long = (number: number, content: Buffer) => {
      const length = content.length;
      const varint = [(length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, (length >> 14) & 0x7f];
      return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint]), content]);
    };
    for (let depth = 0; depth < 200; depth++) value = long(5, long(1, value));
    const body = long(1, long(2, long(2, long(5, value))));
    await expect(setup().send(body)).rejects.toMatchObject({ code: 'request.invalid', param: 'body' });
  });

  test('other bytes are refused by name', async () => {
    await expect(setup().send(Buffer.from([1, 2, 3, 4]))).rejects.toMatchObject({
      code: 'request.invalid',
      message: expect.stringContaining('protocol buffers'),
    });
  });
});
