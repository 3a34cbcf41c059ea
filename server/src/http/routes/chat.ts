import type { FastifyReply } from 'fastify';
import type { ChatClientProtocol } from '../../ports/protocol.ts';
import { readJson } from '../read-json.ts';
import type { ErrorShape, RouteSpec, WeirRequest } from '../route.ts';
import { type CallServices, serveCall } from '../serve-call.ts';
import { askedConversation } from './asked-conversation.ts';
import { askedPrompt, UNRENDERED } from './asked-prompt.ts';
import { type TimeLimitSettings, wireTimeLimits } from './time-limits.ts';

export interface ChatRouteServices extends CallServices {
  readonly timeLimits: TimeLimitSettings;
}

export interface ChatRoute {
  readonly protocol: ChatClientProtocol;
  readonly shape: ErrorShape;
  readonly prefixes: readonly string[];
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
}

/** A chat endpoint of any wire under all its prefixes. */
export function chatRoutes(of: ChatRoute, services: ChatRouteServices): RouteSpec[] {
  return of.prefixes.map((prefix, at) => ({
    method: 'POST',
    path: prefix + of.path,
    permission: 'call',
    errors: of.shape,
    tag: of.tag,
    summary: of.summary,
    documented: at === 0,
    handle: (request, reply) => handle(request, reply, { of, services }),
  }));
}

function handle(
  request: WeirRequest,
  reply: FastifyReply,
  at: { of: ChatRoute; services: ChatRouteServices },
): Promise<void> {
  const { of, services } = at;
  const body = request.body as Buffer;
  const json = readJson(body);
  const prompt = askedPrompt(json, body);
  const decoded =
    prompt === undefined || of.protocol.withPrompt === undefined
      ? of.protocol.decode(body, json, request.headers)
      : of.protocol.withPrompt(prompt, UNRENDERED);
  reply.hijack();
  return serveCall(request, reply.raw, {
    services,
    spec: {
      operation: 'chat',
      wire: of.protocol.wire,
      shape: of.shape,
      payload: { kind: 'chat', protocol: of.protocol, request: decoded },
      models: decoded.model === undefined || (prompt !== undefined && json.model === undefined) ? [] : [decoded.model],
      stream: decoded.stream,
      bodyUser: decoded.user,
      limits: wireTimeLimits(request.headers, services.timeLimits),
      clientHeaders: forwardedHeaders(request),
      prompt,
      conversation: askedConversation(decoded.json, request.headers, of.protocol),
      streamError: (error, call) => of.protocol.encodeStreamError(error, call.id),
    },
  });
}

const FORWARDED = ['openai-beta', 'session_id', 'conversation_id', 'originator'];
const NONE: Readonly<Record<string, string>> = Object.freeze({});

/** Headers that belong to the wire and that a provider of the same wire should see. */
export function forwardedHeaders(request: WeirRequest): Readonly<Record<string, string>> {
  let forwarded: Record<string, string> | undefined;
  for (const name in request.headers) {
    if (!name.startsWith('anthropic-') && !FORWARDED.includes(name)) continue;
    const value = request.headers[name];
    if (typeof value !== 'string') continue;
    forwarded ??= {};
    forwarded[name] = value;
  }
  return forwarded ?? NONE;
}
