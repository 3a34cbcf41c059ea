import Anthropic from '@anthropic-ai/sdk';
import AnthropicZero from 'anthropic-0';
import { anthropicUnderTest } from './anthropic-client.ts';
import { describeClient } from './client-suite.ts';

describeClient('@anthropic-ai/sdk 1', {
  make: (baseURL, apiKey) => anthropicUnderTest(new Anthropic({ apiKey, baseURL, maxRetries: 0 })),
});

describeClient('@anthropic-ai/sdk 0', {
  make: (baseURL, apiKey) =>
    anthropicUnderTest(new AnthropicZero({ apiKey, baseURL, maxRetries: 0 }) as unknown as Anthropic),
});
