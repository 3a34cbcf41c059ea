import { WeirError } from '../../kernel/errors.ts';
import { type Usage, usage } from '../../kernel/usage.ts';
import type { Call, Target } from '../../ports/call.ts';
import type { PassThroughPayload } from '../../ports/payload.ts';
import type { Pricing } from '../../ports/pricing.ts';
import type { ClientRequest } from '../../ports/protocol.ts';
import { askedFields, choices, replies } from '../call-tokens.ts';
import { isPlainText } from './is-plain-text.ts';
import { mediaOf, NO_MEDIA, windowOf } from './media.ts';
import { mentions } from './mentions.ts';
import { refuseUnbounded } from './refuse-unbounded.ts';

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

export interface WorstTokens {
  readonly input: number;
  readonly output: number;
  readonly audioInput: number;
  /** As in WorstCase. */
  readonly outputLimit: number | undefined;
}

/** The most tokens one attempt of a chat call can use. */
export function worstTokens(
  request: ClientRequest,
  target: Target,
  services: Pick<WorstCaseServices, 'defaultMaxOutput'>,
): WorstTokens {
  const { body } = request;
  const fields = askedFields(request);
  const media = isPlainText(request.json) ? NO_MEDIA : mediaOf(request, target);
  const tools = fields.tools === undefined ? 0 : TOOL_PREAMBLE_TOKENS;
  const elsewhere = STORED.some((name) => isSet(fields[name])) ? windowOf(target) : 0;
  const input = body.length - media.characters + media.tokens + tools + elsewhere;
  const wanted = request.maxOutputTokens ?? ownLimit(target, services);
  // What was predicted and did not come is paid like what came.
  const output = wanted * replies(request) + (isSet(fields.prediction) ? body.length : 0);
  const outputLimit = request.maxOutputTokens === undefined ? wanted : undefined;
  return { input, output, audioInput: media.audioTokens, outputLimit };
}

function worstChat(request: ClientRequest, target: Target, services: WorstCaseServices): WorstCase {
  const { body } = request;
  refuseUnbounded(request);
  const isPlain = isPlainText(request.json);
  const { input, output, audioInput, outputLimit } = worstTokens(request, target, services);
  const prompts: Partial<Usage>[] = [{ input }];
  if (!isPlain && mentions(body, 'cache_control')) prompts.push({ cacheWrite5m: input }, { cacheWrite1h: input });
  const outputs: Partial<Usage>[] = [{ output }, { reasoning: output }];
  if (!isPlain && mentions(body, 'audio')) outputs.push({ audioOutput: output });
  let nano = 0;
  for (const prompt of prompts)
    for (const reply of outputs) {
      const buckets = usage({ ...prompt, ...reply, audioInput });
      nano = Math.max(nano, priced(target, buckets, services));
    }
  return { nano, outputLimit };
}

const MOST_NANO = 1e15;

function ownLimit(target: Target, services: Pick<WorstCaseServices, 'defaultMaxOutput'>): number {
  const model = target.provider.definition.models.find(({ id }) => id === target.model);
  return Math.min(model?.maxOutputTokens ?? Number.POSITIVE_INFINITY, services.defaultMaxOutput());
}

function priced(target: Target, of: Usage, { pricing, nowMs }: WorstCaseServices): number {
  const { name, definition } = target.provider;
  const nano = pricing.cost({ provider: definition.type, name, model: target.model, usage: of, atMs: nowMs() });
  // Sums of larger numbers are not exact, and no budget is as large.
  if (nano !== undefined) return Math.min(nano, MOST_NANO);
  const setting = `prices."${name}/${target.model}"`;
  throw unbounded(
    `No price is known for ${name}/${target.model}, and a budget applies. Set ${setting}: {input: ..., output: ...${of.images > 0 ? ', image: ...' : ''}} in USD per million tokens${of.images > 0 ? ' and per image' : ''}.`,
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
    return worstImages(payload, target, services);
  }
  if (call.operation === 'raw-task') {
    const output = ownLimit(target, services);
    return priced(target, usage({ input: payload.body?.length ?? 0, output }), services);
  }
  if (payload.path.endsWith('/cancel')) return 0;
  if (call.operation === 'batches') {
    throw unbounded(
      'What a batch costs that a provider runs is known only when it ended, and a budget applies. Upload its file with the header x-weir-provider: weir: Weir then runs the lines one by one, each within the budget.',
      {},
    );
  }
  throw unbounded(
    `What a call to ${payload.path.split('?')[0]} costs is known only afterwards, and a budget applies. Use a key, user and project without a budget for it.`,
    {},
  );
}

/** The most tokens of one picture that is made, at models that count them; and of all that are sent along. */
const MOST_IMAGE_OUTPUT = 8192;
const MOST_IMAGE_INPUT = 100_000;

/** Pictures are paid by the piece, by tokens or by both, as the price says. */
function worstImages(payload: PassThroughPayload, target: Target, services: WorstCaseServices): number {
  const images = payload.replies ?? choices(payload.json ?? {});
  const byPiece = priced(target, usage({ images }), services);
  const input = Math.min(payload.body?.length ?? 0, MOST_IMAGE_INPUT);
  return Math.max(byPiece, priced(target, usage({ images, input, output: images * MOST_IMAGE_OUTPUT }), services));
}

/** Fields that stand for text that lives at the provider, of a length nobody here knows. */
const STORED = ['previous_response_id', 'conversation'];

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function unbounded(message: string, details: Record<string, unknown>): WeirError {
  return new WeirError('limit.budget', { message, details: { ...details, reason: 'unbounded' } });
}
