import OpenAI from 'openai';
import OpenAISix from 'openai-6';
import { describeClient } from './client-suite.ts';
import { openaiChatUnderTest } from './openai-chat-client.ts';
import { openaiResponsesUnderTest } from './openai-responses-client.ts';

const settings = (url: string, apiKey: string) => ({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });

describeClient('openai 7, chat completions', {
  make: (url, key) => openaiChatUnderTest(new OpenAI(settings(url, key))),
});

describeClient('openai 7, responses', {
  make: (url, key) => openaiResponsesUnderTest(new OpenAI(settings(url, key))),
});

describeClient('openai 6, chat completions', {
  make: (url, key) => openaiChatUnderTest(new OpenAISix(settings(url, key)) as unknown as OpenAI),
});

describeClient('openai 6, responses', {
  make: (url, key) => openaiResponsesUnderTest(new OpenAISix(settings(url, key)) as unknown as OpenAI),
});
