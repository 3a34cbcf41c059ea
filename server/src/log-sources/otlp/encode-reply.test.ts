import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { expect, test } from 'vitest';
import { encodeReply } from './encode-reply.ts';

const message = 'some were none: grüß';

test.each([1, 127, 128, 300_000])("OpenTelemetry's own reader of replies finds %d rejected records", (rejected) => {
  const protobuf = encodeReply('protobuf', { rejected, message });
  expect(ProtobufLogsSerializer.deserializeResponse(protobuf.body)).toEqual({
    partialSuccess: { rejectedLogRecords: rejected, errorMessage: message },
  });
  const json = encodeReply('json', { rejected, message });
  expect(JsonLogsSerializer.deserializeResponse(json.body)).toEqual({
    partialSuccess: { rejectedLogRecords: String(rejected), errorMessage: message },
  });
});

test('when everything was taken, a reply says nothing', () => {
  expect(encodeReply('protobuf', { rejected: 0, message }).body).toHaveLength(0);
  expect(encodeReply('json', { rejected: 0, message }).body.toString()).toBe('{}');
});
