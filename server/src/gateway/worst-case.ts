import type { ChatRequest, Content, Tool } from '../kernel/chat.ts';
import { WeirError } from '../kernel/errors.ts';
import { type Usage, usage } from '../kernel/usage.ts';
import type { Call, Target } from '../ports/call.ts';
import type { PassThroughPayload } from '../ports/payload.ts';
import type { Pricing } from '../ports/pricing.ts';
import type { ClientRequest } from '../ports/protocol.ts';
import { imageTokens, mostImageTokens } from '../pricing/count-tokens/image-tokens.ts';
import { choices } from './call-tokens.ts';

export interface WorstCaseServices {
  readonly pricing: Pricing;
  /** Output limit for calls that set none, in tokens; a model's own maximum is taken when that is smaller. */
  readonly defaultMaxOutput: () => number;
  readonly nowMs: () => number;
}

export interface WorstCase {
  readonly nano: number;
  /** The output limit that has to be sent, because the client set none; undefined: nothing to change. */
  readonly outputLimit: number | undefined;
}

/** Asks nobody for money: reading, counting, judging, keeping files. */
const FREE: ReadonlySet<Call['operation']> = new Set(['moderations', 'count-tokens', 'responses', 'files']);
/** Instructions that some providers add for tools, beyond what stands in the request. */
const TOOL_PREAMBLE_TOKENS = 600;

/** The most an attempt can cost at its target. Throws `limit.budget` when that cannot be said. */
export function worstCase(call: Call, target: Target, services: WorstCaseServices): WorstCase {
  const { payload } = call;
  if (FREE.has(call.operation)) return { nano: 0, outputLimit: undefined };
  switch (payload.kind) {
    case 'chat':
      return worstChat(payload.request, target, services);
    case 'embeddings':
      return fixed(priced(target, usage({ input: payload.request.body.length }), services));
    case 'pass-through':
      return fixed(worstPassThrough(call, payload, { target, services }));
  }
}

function fixed(nano: number): WorstCase {
  return { nano, outputLimit: undefined };
}

function worstChat(request: ClientRequest, target: Target, services: WorstCaseServices): WorstCase {
  const { body, json } = request;
  refuseServerTools(request);
  const media = HINTS.some((hint) => body.includes(hint)) ? mediaOf(request.chat(), target) : NO_MEDIA;
  const tools = json.tools === undefined ? 0 : TOOL_PREAMBLE_TOKENS;
  const elsewhere = STORED.some((name) => isSet(json[name])) ? windowOf(target) : 0;
  const input = body.length - media.characters + media.tokens + tools + elsewhere;
  const wanted = request.maxOutputTokens ?? ownLimit(target, services);
  const output = wanted * choices(json);
  const prompts: Partial<Usage>[] = [{ input }];
  if (body.includes('cache_control')) prompts.push({ cacheWrite5m: input }, { cacheWrite1h: input });
  const replies: Partial<Usage>[] = [{ output }, { reasoning: output }];
  if (body.includes('audio')) replies.push({ audioOutput: output });
  let nano = 0;
  for (const prompt of prompts)
    for (const reply of replies) {
      const buckets = usage({ ...prompt, ...reply, audioInput: media.audioTokens });
      nano = Math.max(nano, priced(target, buckets, services));
    }
  return { nano, outputLimit: request.maxOutputTokens === undefined ? wanted : undefined };
}

function ownLimit(target: Target, services: WorstCaseServices): number {
  const model = target.provider.definition.models.find(({ id }) => id === target.model);
  return Math.min(model?.maxOutputTokens ?? Number.POSITIVE_INFINITY, services.defaultMaxOutput());
}

function priced(target: Target, of: Usage, { pricing, nowMs }: WorstCaseServices): number {
  const { name, definition } = target.provider;
  const nano = pricing.cost({ provider: definition.type, name, model: target.model, usage: of, atMs: nowMs() });
  if (nano !== undefined) return nano;
  const setting = `prices."${name}/${target.model}"`;
  throw unbounded(
    `No price is known for ${name}/${target.model}, and a budget applies. Set ${setting}: {input: ..., output: ...} in USD per million tokens.`,
    { setting },
  );
}

function worstPassThrough(
  call: Call,
  payload: PassThroughPayload,
  { target, services }: { target: Target; services: WorstCaseServices },
): number {
  // What has no model reads or deletes what is there.
  if (call.models.length === 0 && payload.method !== 'POST') return 0;
  if (call.operation === 'images') {
    const images = choices(payload.json ?? {});
    return priced(target, usage({ images }), services);
  }
  if (call.operation === 'raw-task') {
    const output = ownLimit(target, services);
    return priced(target, usage({ input: payload.body?.length ?? 0, output }), services);
  }
  if (payload.path.endsWith('/cancel')) return 0;
  throw unbounded(
    `What a call to ${payload.path.split('?')[0]} costs is known only afterwards, and a budget applies. Use a key, user and project without a budget for it.`,
    {},
  );
}

const HINTS = ['image', 'audio', 'file', 'document', 'video'];

interface Media {
  /** Of the body, that stand for media and not for text. */
  characters: number;
  tokens: number;
  audioTokens: number;
}

const NO_MEDIA: Readonly<Media> = { characters: 0, tokens: 0, audioTokens: 0 };

function mediaOf(chat: ChatRequest, target: Target): Media {
  const sum: Media = { characters: 0, tokens: 0, audioTokens: 0 };
  const add = (content: Content) => addMedia(sum, content, target);
  for (const { content } of chat.messages)
    for (const item of content) {
      add(item);
      if (item.type === 'tool-result') item.content.forEach(add);
    }
  return sum;
}

/** Seconds of sound are at least a thousand bytes; no provider counts more than forty tokens for one. */
const BYTES_PER_AUDIO_TOKEN = 25;
/** A document may have more pages than bytes tell: it is taken for all the model can read. */
const WINDOW_TOKENS = 200_000;

function addMedia(sum: Media, content: Content, target: Target): void {
  switch (content.type) {
    case 'image':
      if (content.source.kind === 'base64') {
        sum.characters += content.source.data.length;
        sum.tokens += Math.max(imageTokens(target.model, content), 1);
      } else sum.tokens += mostImageTokens(target.model);
      break;
    case 'audio':
      sum.characters += content.data.length;
      sum.audioTokens += Math.ceil((content.data.length * 0.75) / BYTES_PER_AUDIO_TOKEN);
      break;
    case 'file':
      if (content.source.kind === 'text') break;
      if (content.source.kind === 'base64') sum.characters += content.source.data.length;
      sum.tokens += windowOf(target);
      break;
  }
}

function windowOf(target: Target): number {
  const model = target.provider.definition.models.find(({ id }) => id === target.model);
  return model?.contextWindow ?? WINDOW_TOKENS;
}

/** Fields that stand for text that lives at the provider, of a length nobody here knows. */
const STORED = ['previous_response_id', 'conversation'];

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Tools of a provider's wire that the client runs itself. */
const CLIENT_RUN = /^(custom|bash|text_editor|str_replace|computer|memory|local_shell|shell|apply_patch)/;
const SERVER_FIELDS = ['web_search_options', 'mcp_servers'];

/** Searches and executions at the provider are billed by their own price, and nothing says how many there will be. */
function refuseServerTools(request: ClientRequest): void {
  const { json } = request;
  const field = SERVER_FIELDS.find((name) => isSet(json[name]));
  const tool = field ?? (json.tools === undefined ? undefined : request.chat().tools?.find(runsAtProvider)?.name);
  if (tool === undefined) return;
  throw unbounded(
    `"${tool.slice(0, 64)}" runs at the provider at a price without a bound, and a budget applies. Leave it out, or use a key, user and project without a budget.`,
    { tool: tool.slice(0, 64) },
  );
}

function runsAtProvider(tool: Tool): boolean {
  return tool.type === 'opaque' && !CLIENT_RUN.test(tool.name);
}

function unbounded(message: string, details: Record<string, unknown>): WeirError {
  return new WeirError('limit.budget', { message, details: { ...details, reason: 'unbounded' } });
}
