import type { Config } from '../config/schema.ts';
import { chatRoutes } from '../http/routes/chat.ts';
import { ANTHROPIC_PREFIXES, OPENAI_PREFIXES } from '../http/routes/wire-paths.ts';
import type { RouteSpec } from '../http/route.ts';
import type { CallServices } from '../http/serve-call.ts';
import { anthropicMessagesClient } from '../protocols/anthropic-messages/client.ts';
import { openaiChatClient } from '../protocols/openai-chat/client.ts';
import { openaiResponsesClient } from '../protocols/openai-responses/client.ts';

export function wireRoutes(of: { config: Config; calls: CallServices }): RouteSpec[] {
  const { timeouts, llm } = of.config;
  const wire = { totalMs: timeouts.total_ms, attemptMs: timeouts.total_ms, idleMs: timeouts.idle_ms };
  const timeLimits = {
    wire,
    seed: { ...wire, attemptMs: llm.timeout_ms },
    maxTotalMs: timeouts.total_ms,
  };
  const services = { ...of.calls, timeLimits };
  return [
    ...chatRoutes(
      {
        protocol: openaiChatClient,
        shape: 'openai',
        prefixes: OPENAI_PREFIXES,
        path: '/chat/completions',
        summary: 'Chat completion in the OpenAI wire, on any provider',
        tag: 'OpenAI',
      },
      services,
    ),
    ...chatRoutes(
      {
        protocol: openaiResponsesClient,
        shape: 'openai',
        prefixes: OPENAI_PREFIXES,
        path: '/responses',
        summary: 'Response in the OpenAI wire, on any provider',
        tag: 'OpenAI',
      },
      services,
    ),
    ...chatRoutes(
      {
        protocol: anthropicMessagesClient,
        shape: 'anthropic',
        prefixes: ANTHROPIC_PREFIXES,
        path: '/messages',
        summary: 'Message in the Anthropic wire, on any provider',
        tag: 'Anthropic',
      },
      services,
    ),
  ];
}
