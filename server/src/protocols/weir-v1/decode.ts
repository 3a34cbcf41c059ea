import type { z } from 'zod';
import type { ChatRequest, Message } from '../../kernel/chat.ts';
import { invalidRequest, isWeirError, WeirError } from '../../kernel/errors.ts';
import { compact, type Json, type JsonObject } from '../../kernel/json.ts';
import { decodeContent } from '../openai-chat/decode-content.ts';
import { decodeChatRequest } from '../openai-chat/decode-request.ts';
import { parseBody } from './parse-body.ts';
import { inferenceSchema, llmChatSchema, llmCompletionSchema, samplingRequestSchema } from './schemas.ts';

/**
 * The seed APIs' requests in neutral form. `chat.model` is '' when the caller named none: the primary provider's
 * default then fills it. Limits and temperatures nobody set are absent; the defaults of the seeds are filled by the
 * route.
 */

export interface DecodedSampling {
  readonly chat: ChatRequest;
  readonly extras: Readonly<Record<string, never>>;
}

export interface LlmExtras {
  /** Absent: the caller did not say. */
  readonly useCache?: boolean;
  /** Name of a stored prompt; its messages come before those of the request. */
  readonly template?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Only on chat. */
  readonly conversationId?: string;
}
export interface DecodedLlm {
  readonly chat: ChatRequest;
  readonly extras: LlmExtras;
}

export interface InferenceExtras {
  readonly provider: string;
  /** As sent: without the provider. */
  readonly model: string;
  /** As sent: what a task model receives. */
  readonly inputs: Json;
  readonly config: JsonObject;
}
export interface DecodedInference {
  /** Absent when the inputs are no text and there is no stored prompt: then only a task model can answer. */
  readonly chat?: ChatRequest;
  readonly extras: InferenceExtras;
}

export function decodeSamplingRequest(json: unknown): DecodedSampling {
  const body = parseBody(samplingRequestSchema, json);
  const { messages, prompt } = body;
  if (messages === undefined && prompt === undefined) {
    throw invalidRequest('messages', 'expected array with at least one message, or a stored prompt');
  }
  const chat = chatRequest({
    model: body.model,
    messages: decodeMessages(messages ?? []),
    maxOutputTokens: body.maxTokens,
    temperature: body.temperature,
    topP: body.topP,
    stop: body.stopSequences,
    stream: body.stream,
  });
  return { chat, extras: {} };
}

export function decodeLlmCompletion(json: unknown): DecodedLlm {
  return decodeLlm(parseBody(llmCompletionSchema, json));
}

export function decodeLlmChat(json: unknown): DecodedLlm {
  return decodeLlm(parseBody(llmChatSchema, json));
}

export function decodeInference(json: unknown): DecodedInference {
  const body = parseBody(inferenceSchema, json);
  const { provider, model, config, user_id: user } = body;
  const { prompt } = body;
  if (body.inputs === undefined && prompt === undefined)
    throw invalidRequest('inputs', 'expected a text or a JSON value');
  const inputs = (body.inputs ?? '') as Json;
  const extras = { provider, model, inputs, config: (config ?? {}) as JsonObject };
  if (typeof inputs !== 'string') return { extras };
  const { max_new_tokens: limit, ...settings } = extras.config;
  const chat = withParamPrefix('config', () =>
    decodeChatRequest({
      // HuggingFace's own name of the limit.
      ...(limit === undefined ? {} : { max_tokens: limit }),
      ...settings,
      model: model.startsWith(`${provider}/`) ? model : `${provider}/${model}`,
      messages: body.inputs === undefined ? [] : [{ role: 'user', content: inputs }],
      stream: body.stream === true,
      user: user ?? settings.user,
    }),
  );
  return { chat, extras };
}

function decodeLlm(body: z.infer<typeof llmChatSchema>): DecodedLlm {
  const { messages, template, system_prompt: system } = body;
  const prompt = typeof body.prompt === 'string' ? body.prompt : undefined;
  const isStored = body.prompt !== undefined && prompt === undefined;
  if (isStored && template !== undefined) throw invalidRequest('template', 'send either template or a stored prompt');
  if (prompt !== undefined && messages !== undefined) throw invalidRequest('prompt', 'send either prompt or messages');
  if (prompt === undefined && messages === undefined && template === undefined && !isStored) {
    throw invalidRequest('prompt', 'send prompt, messages or template');
  }
  const said = messages === undefined ? promptMessages(prompt) : decodeMessages(messages);
  const opening: Message[] =
    system === undefined ? [] : [{ role: 'system', content: decodeContent(system, 'system_prompt') }];
  const chat = chatRequest({
    model: body.model,
    messages: [...opening, ...said],
    maxOutputTokens: body.max_tokens,
    temperature: body.temperature,
    stream: body.stream,
    user: body.user_id,
  });
  const extras = compact({
    useCache: body.use_cache,
    template,
    variables: body.variables,
    conversationId: body.conversation_id,
  });
  return { chat, extras };
}

function promptMessages(prompt: string | undefined): Message[] {
  return prompt === undefined ? [] : [{ role: 'user', content: [{ type: 'text', text: prompt }] }];
}

function decodeMessages(messages: NonNullable<z.infer<typeof samplingRequestSchema>['messages']>): Message[] {
  return messages.map(({ role, content }, index) => ({
    role,
    content: decodeContent(content as Json, `messages[${index}].content`),
  }));
}

type Fields = {
  [Name in keyof ChatRequest]?: ChatRequest[Name] | undefined;
};

function chatRequest({ model = '', messages = [], stream = false, ...optional }: Fields): ChatRequest {
  return {
    ...compact(optional),
    model,
    messages,
    stream,
    // The seed APIs always show usage.
    includeUsage: true,
    extensions: { wire: 'weir-v1', fields: {} },
  };
}

function withParamPrefix<T>(prefix: string, decode: () => T): T {
  try {
    return decode();
  } catch (thrown) {
    if (!isWeirError(thrown) || thrown.param === undefined) throw thrown;
    const param = `${prefix}.${thrown.param}`;
    throw new WeirError(thrown.code, { param, message: `${prefix}.${thrown.message}`, cause: thrown });
  }
}
