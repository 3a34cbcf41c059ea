import type { Attributes, Meter } from '@opentelemetry/api';
import type { UsageRecord } from '../../kernel/usage-record.ts';
import { type DescribeProvider, genAiAttributes, inputOf, outputOf } from './gen-ai-attributes.ts';

const DURATION_BOUNDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TOKEN_BOUNDS = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216];

/** The client metrics of the GenAI semantic conventions, one value per attempt. */
export function callMetrics(meter: Meter, describe: DescribeProvider): (record: UsageRecord) => void {
  const duration = meter.createHistogram('gen_ai.client.operation.duration', {
    unit: 's',
    description: 'Duration of calls to the provider',
    advice: { explicitBucketBoundaries: DURATION_BOUNDS },
  });
  const tokens = meter.createHistogram('gen_ai.client.token.usage', {
    unit: '{token}',
    description: 'Input and output tokens of calls to the provider',
    advice: { explicitBucketBoundaries: TOKEN_BOUNDS },
  });
  return ({ operation, attempts }) => {
    for (const { provider, model, error_code, duration_ms, tokens: counted } of attempts) {
      const call = { operation, provider, model, success: error_code === null, error: error_code };
      const attributes = genAiAttributes(call, describe);
      duration.record(duration_ms / 1000, attributes);
      recordTokens('input', inputOf(counted), attributes);
      recordTokens('output', outputOf(counted), attributes);
    }
  };

  function recordTokens(type: string, count: number, attributes: Attributes): void {
    if (count > 0) tokens.record(count, { ...attributes, 'gen_ai.token.type': type });
  }
}
