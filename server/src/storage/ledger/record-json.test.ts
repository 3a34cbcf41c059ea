import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AttemptRecord, IntentRecord, UsageRecord } from '../../kernel/usage-record.ts';
import { readRecord } from './read-record.ts';
import { intentHeadJson, intentJson, recordJson, settleHeadJson } from './record-json.ts';
import { intentHead, settleHead } from './usage-row.ts';

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('a"b', 'c\\d', 'ü\n', '\u2028'));
const maybe = fc.option(text);
const count = fc.nat();
const amount = fc.double({ noNaN: true, noDefaultInfinity: true });
const cost = fc.constantFrom('exact' as const, 'estimated' as const, 'unpriced' as const);

const tokens = fc.record({
  input: count,
  cache_read: count,
  cache_write_5m: count,
  cache_write_1h: count,
  output: count,
  reasoning: count,
  audio_input: count,
  audio_output: count,
  images: count,
});

const attempt: fc.Arbitrary<AttemptRecord> = fc.record({
  attempt: count,
  provider: text,
  model: text,
  credential: text,
  reason: fc.constantFrom('first' as const, 'reask' as const),
  status: count,
  error_code: fc.constantFrom(null, 'upstream.timeout' as const),
  started_at: count,
  duration_ms: amount,
  tokens,
  cost_nano_usd: count,
  cost_state: cost,
  partial: fc.boolean(),
});

const finding = fc.record({
  guardrail: text,
  type: text,
  start: count,
  end: count,
  score: amount,
  origin: fc.constantFrom('user' as const, 'output' as const),
  action: fc.constantFrom('monitor' as const, 'block' as const),
});

const record: fc.Arbitrary<UsageRecord> = fc.record({
  request_id: text,
  timestamp: count,
  project_id: text,
  key_id: text,
  user_id: maybe,
  agent_type: maybe,
  session_id: maybe,
  tags: fc.dictionary(text, text),
  run_id: maybe,
  step: maybe,
  conversation_id: maybe,
  prompt: maybe,
  prompt_version: fc.option(count),
  wire: text,
  operation: text,
  provider: maybe,
  model: maybe,
  model_requested: maybe,
  stream: fc.boolean(),
  status: count,
  success: fc.boolean(),
  error_code: fc.constantFrom(null, 'upstream.timeout' as const),
  error: maybe,
  cache: fc.constantFrom('hit' as const, 'bypass' as const),
  saved_nano_usd: count,
  findings: fc.array(finding, { maxLength: 2 }),
  stages: fc.array(fc.record({ stage: text, started_ms: amount, duration_ms: amount }), { maxLength: 2 }),
  attempts: fc.array(attempt, { maxLength: 3 }),
  response_time_ms: amount,
  time_to_first_token_ms: fc.option(amount),
  overhead_ms: amount,
  tokens,
  tokens_used: count,
  cost_usd: amount,
  cost_nano_usd: count,
  cost_state: cost,
});

const intent: fc.Arbitrary<IntentRecord> = fc.record({
  request_id: text,
  attempt: count,
  timestamp: count,
  project_id: text,
  key_id: text,
  user_id: maybe,
  agent_type: maybe,
  wire: text,
  operation: text,
  provider: text,
  model: text,
  model_requested: maybe,
  stream: fc.boolean(),
  estimated_input: count,
  estimated_output: count,
  estimated_cost_nano_usd: count,
});

test('records are read as they were, members in their order, whether anything was left out or not', () => {
  fc.assert(
    fc.property(record, (of) => {
      const whole = JSON.stringify(of);
      expect(JSON.stringify(readRecord(recordJson(of)))).toBe(whole);
      expect(JSON.stringify(readRecord(whole))).toBe(whole);
    }),
  );
});

test('intents are written as JSON.stringify writes them', () => {
  fc.assert(
    fc.property(intent, (of) => {
      expect(intentJson(of)).toBe(JSON.stringify(of));
    }),
  );
});

test('heads are written as JSON.stringify writes them', () => {
  fc.assert(
    fc.property(record, intent, (of, intended) => {
      expect(settleHeadJson(settleHead(of))).toBe(JSON.stringify(settleHead(of)));
      expect(intentHeadJson(intentHead(intended))).toBe(JSON.stringify(intentHead(intended)));
    }),
  );
});
