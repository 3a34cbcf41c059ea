import type { FastifyReply } from 'fastify';
import type { ChatRequest } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { CallConversation, CallPrompt } from '../../ports/call.ts';
import { seedClientRequest, seedWithPrompt } from '../../protocols/weir-v1/client-request.ts';
import { encodeDoneEvent } from '../../protocols/weir-v1/encode.ts';
import type { WeirRequest } from '../route.ts';
import { type CallServices, serveCall } from '../serve-call.ts';
import { cleanInput } from './clean-input.ts';
import { type EncodeSeedReply, SeedReply } from './seed-reply.ts';
import type { TimeLimitSettings } from './time-limits.ts';

export interface SeedCallServices extends CallServices {
  readonly timeLimits: TimeLimitSettings;
  /** Models for a call that names none: the primary provider's, then the fallback's. */
  readonly defaultModels: () => readonly string[];
  readonly defaults: { readonly maxTokens: number; readonly temperature: number };
}

export interface SeedCall {
  /** The ledger's name of the API. */
  readonly wire: 'sampling' | 'llm' | 'inference';
  readonly chat: ChatRequest;
  readonly body: Buffer;
  readonly json: JsonObject;
  readonly encode: EncodeSeedReply;
  /** What the body says about the cache; absent: nothing. */
  readonly cacheAsked?: 'use' | 'bypass' | undefined;
  /** The stored prompt it names; absent: none. */
  readonly prompt?: CallPrompt | undefined;
  /** The conversation it goes on with or begins; absent: none. */
  readonly conversation?: CallConversation | undefined;
}

/** A chat call of a seed API: defaults filled in, the reply encoded when its cost is known. */
export async function serveSeedCall(
  request: WeirRequest,
  reply: FastifyReply,
  of: { call: SeedCall; services: SeedCallServices },
): Promise<void> {
  const { call: seed, services } = of;
  const { maxTokens: maxOutputTokens, temperature } = services.defaults;
  const said = cleanInput(seed.chat);
  const decoded = seedClientRequest({ maxOutputTokens, temperature, ...said }, seed.body, seed.json);
  const held = new SeedReply(() => services.clock.now());
  const protocol = held.protocol((_, prompt) => {
    const own = seedClientRequest(said, seed.body, seed.json);
    return seedWithPrompt(own, prompt, { maxOutputTokens, temperature });
  });
  const encode = (done: ReturnType<SeedReply['finished']>) => seed.encode(done.reply, done.context);
  reply.hijack();
  await serveCall(request, reply.raw, {
    services,
    spec: {
      operation: 'chat',
      wire: seed.wire,
      shape: 'weir',
      payload: { kind: 'chat', protocol, request: decoded },
      models: decoded.model === undefined ? services.defaultModels() : [decoded.model],
      stream: decoded.stream,
      bodyUser: decoded.user,
      limits: services.timeLimits.seed,
      clientHeaders: {},
      cacheAsked: seed.cacheAsked,
      conversation: seed.conversation,
      prompt: seed.prompt,
      finalBody: (call) => Buffer.from(JSON.stringify(encode(held.finished(call)))),
      finalTail: (call) => Buffer.from(encodeDoneEvent(encode(held.finished(call)))),
      streamError: (error) => protocol.encodeStreamError(error, request.weirId),
    },
  });
}
