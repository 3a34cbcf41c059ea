import type { ChatReply, ChatRequest, Message, Part, ResponseFormat, Wire } from '../kernel/chat.ts';
import type { EmbeddingReply, EmbeddingRequest } from '../kernel/embedding.ts';
import type { WeirError } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Usage } from '../kernel/usage.ts';
import type { WireEvent } from './framing.ts';

/**
 * A wire format has two faces. The client's face reads requests and writes replies; the upstream's face writes requests
 * and reads replies. Codecs are pure: no I/O, no clock, no retries. Errors are WeirErrors: `request.invalid` with
 * `param` in the wire's own spelling, `upstream.bad_reply` for replies that cannot be understood.
 */

/** A decoded chat request of a client, with the bytes it came from. */
export interface ClientRequest {
  readonly wire: Wire;
  /** The body exactly as received (UTF-8 JSON). */
  readonly body: Buffer;
  /** The same body parsed once; never modified. */
  readonly json: JsonObject;
  /** As sent; absent only on wires where the server may choose. */
  readonly model: string | undefined;
  readonly stream: boolean;
  /** Should streamed usage be shown to this client? */
  readonly includeUsage: boolean;
  /** End-user label found in the body. */
  readonly user: string | undefined;
  /** Requested output limit in tokens; absent when the client set none. */
  readonly maxOutputTokens: number | undefined;
  /** Rough size of the prompt in characters, for estimates; media excluded. */
  readonly promptCharacters: number;
  /** The neutral form, decoded at first use and kept. Throws `request.invalid`. */
  chat(): ChatRequest;
  /** What form the reply must have, read without decoding the rest; absent: the wire cannot ask for one. */
  responseFormat?(): ResponseFormat | undefined;
  /** Tools whose arguments must be valid against their schema, likewise; absent: the wire has no tools. */
  strictTools?(): readonly StrictTool[];
}

/** A tool that was declared with `strict: true`. */
export interface StrictTool {
  readonly name: string;
  /** JSON Schema of its arguments. */
  readonly schema: JsonObject;
}

/** What the client's encoder may know about the call. */
export interface ReplyContext {
  /** Weir's request id. */
  readonly requestId: string;
  /** Unix seconds for wires that show a creation time. */
  readonly createdS: number;
  /** Unix milliseconds, for wires that show ISO timestamps. */
  readonly nowMs: number;
  /** Name of the provider that answered. */
  readonly provider: string;
  /** Names of request fields that did not survive translation. */
  readonly dropped: readonly string[];
}

/** The client's face of a chat wire. */
export interface ChatClientProtocol {
  readonly wire: Wire;
  /** Checks what the wire must have (types, required fields) and reads the few fields routing needs. */
  decode(
    body: Buffer,
    json: JsonObject,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): ClientRequest;
  /** A whole reply as the wire's JSON body. */
  encodeReply(reply: ChatReply, request: ClientRequest, context: ReplyContext): JsonObject;
  encoder(request: ClientRequest, context: ReplyContext): StreamEncoder;
  /** Where requests of the wire have their JSON Schema, for messages; absent: nowhere. */
  readonly schemaField?: string;
  /**
   * Same wire on both sides: the upstream's body with other texts, by index of the choice; every other byte stays. Absent:
   * the body is written anew.
   */
  replaceTexts?(body: Buffer, texts: ReadonlyMap<number, string>): Buffer;
  /**
   * Same wire on both sides: what of an upstream event reaches the client. Gives the event's own bytes, other bytes, or
   * undefined to hide it (a usage chunk the client did not ask for). Absent means every event passes.
   */
  relay?(event: WireEvent, parts: readonly Part[], request: ClientRequest): Buffer | undefined;
  /** Ends a stream that was whole although its provider left the end out; absent: the wire has no end of its own. */
  readonly terminator?: string;
  /** The request with an output limit, for a client that set none; absent: requests of the wire always have one. */
  withOutputLimit?(request: ClientRequest, maxTokens: number): ClientRequest;
  /** The request with further turns at its end; absent: the wire has no turns. */
  withTurns?(request: ClientRequest, turns: readonly Turn[]): ClientRequest;
  /**
   * The request with what was said before in front of its own messages and behind its own system messages. Its own stay
   * byte for byte; Weir's `conversation_id` goes. Absent: the wire has no turns.
   */
  withHistory?(request: ClientRequest, history: readonly Message[]): ClientRequest;
  /** The same request with these messages and no others, system messages included. */
  withOnly?(request: ClientRequest, messages: readonly Message[]): ClientRequest;
  /**
   * The request with a stored prompt: its messages in front of the client's own, its settings where the client says nothing.
   * What the client sent stays byte for byte, but for the reference to the prompt, which goes. Takes a request that was
   * not decoded, because without its prompt it may not be whole. Absent: the wire takes no prompts.
   */
  withPrompt?(request: Pick<ClientRequest, 'body' | 'json'>, prompt: PromptInRequest): ClientRequest;
  /** The conversation that a request names in a field of its own wire; absent: the wire has none. */
  conversationOf?(json: JsonObject): string | undefined;
  /** The error body of the wire. */
  encodeError(error: WeirError, requestId: string): JsonObject;
  /** The same as one event of a running stream, terminators excluded. */
  encodeStreamError(error: WeirError, requestId: string): string;
}

/** A stored prompt, rendered. */
export interface PromptInRequest {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** Settings of the model in the words of the OpenAI chat wire. */
  readonly settings: JsonObject;
}

/** Something that was said, in plain text. */
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** Turns parts into bytes of the client's wire. One per stream. */
export interface StreamEncoder {
  /** Text of zero or more wire events; '' when this part shows nothing. */
  encode(part: Part): string;
  /** The error event that ends this very stream, where the wire numbers its events; absent means encodeStreamError will do. */
  fail?(error: WeirError, requestId: string): string;
}

/** What the upstream's face must know about where it writes to. */
export interface UpstreamContext {
  /** The model name the provider understands. */
  readonly model: string;
  /** Deviations of this provider and model from the wire's standard. */
  readonly quirks: Quirks;
  /** Header values a client of the same wire sent that the provider should see (anthropic-version, anthropic-beta). */
  readonly clientHeaders: Readonly<Record<string, string>>;
}

/** How a provider or model differs from the plain wire; every field absent means the plain wire. */
export interface Quirks {
  /** Top-level request fields this provider answers with an error: removed and reported as dropped. */
  readonly unsupported?: readonly string[];
  /** OpenAI wire: which spelling of the output limit the model takes. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** The model rejects temperature, top_p and top_k. */
  readonly noSampling?: boolean;
  /** OpenAI wire: the provider has no stream_options.include_usage (it sends usage anyway or not at all). */
  readonly noStreamUsageOption?: boolean;
  /** The provider knows json_object but not json_schema; the schema is then asked for in the system prompt. */
  readonly noJsonSchema?: boolean;
  /** The wire's `developer` role is unknown here: sent as system. */
  readonly noDeveloperRole?: boolean;
  /** Anthropic wire: how the model takes thinking; absent means `thinking: {type: enabled, budget_tokens}`. */
  readonly adaptiveThinking?: boolean;
  /** Anthropic wire: effort words an adaptive model takes, weakest first; absent means low, medium and high. */
  readonly efforts?: readonly string[];
  /** Output limit sent when the wire needs one and the client set none (Anthropic), in tokens. */
  readonly defaultMaxTokens?: number;
  /** Fields set in every body, e.g. anthropic_version on Bedrock. */
  readonly setFields?: JsonObject;
  /** Fields removed from every body because the URL says them (model on Bedrock and Azure). */
  readonly removeFields?: readonly string[];
}

export interface EncodedRequest {
  readonly body: Buffer;
  /** Names of client fields that did not survive, in the client's spelling. */
  readonly dropped: readonly string[];
  /** Extra request headers of the wire (anthropic-version, anthropic-beta). */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The upstream's face of a chat wire. */
export interface ChatUpstreamProtocol {
  readonly wire: Wire;
  /** Same wire: the client's bytes with only the fields changed that must be. */
  forward(request: ClientRequest, context: UpstreamContext): EncodedRequest;
  /** Another wire: written from the neutral form. */
  encode(request: ChatRequest, context: UpstreamContext): EncodedRequest;
  /** Throws `upstream.bad_reply` when it is not a reply of this wire. */
  decodeReply(json: JsonObject): ChatReply;
  decoder(): StreamDecoder;
  /**
   * Present when the provider puts the wire's own events into an envelope (Bedrock): gives the event as the wire has it,
   * raw bytes in SSE form, so that a client of the same wire can be given it. The decoder takes either form.
   */
  unwrap?(event: WireEvent): WireEvent;
  /** Reads the error body of the wire, whatever its shape. */
  readError(json: unknown): UpstreamErrorBody;
}

/** Turns upstream events into parts. One per stream. */
export interface StreamDecoder {
  /** Zero or more parts, in order. Throws WeirError for an error event or an event that cannot be understood. */
  decode(event: WireEvent): readonly Part[];
  /**
   * Upstream bytes ended. Gives the parts still owed (an `end` when the wire is complete without a terminator), or
   * throws `upstream.bad_reply` with details.type `upstream_truncated` when the stream is not whole.
   */
  end(): readonly Part[];
  /**
   * True when the bytes at the offset begin with an event that differs from the one decoded before only in its text: it
   * need not be decoded. `skimmed` then says where its text is. Absent: every event is decoded.
   */
  skim?(bytes: Buffer, start: number, skimmed: SkimmedText): boolean;
}

/** An event that goes by without being decoded: places in the bytes that hold it. */
export interface SkimmedText {
  /** Behind the event. */
  end: number;
  /** The text as it stands in a JSON string, without the quotes; of escapes only those of one letter. */
  textStart: number;
  textEnd: number;
  /** UTF-16 units of the text. */
  characters: number;
}

/** What an error body says; absent fields were not in it. */
export interface UpstreamErrorBody {
  readonly message?: string;
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
}

/** A decoded embeddings request of a client, with the bytes it came from. */
export interface EmbeddingClientRequest {
  readonly wire: 'openai-embeddings';
  /** The body exactly as received (UTF-8 JSON). */
  readonly body: Buffer;
  /** The same body parsed once; never modified. */
  readonly json: JsonObject;
  readonly model: string;
  /** End-user label found in the body. */
  readonly user: string | undefined;
  /** Size of all text inputs in characters; a token id counts as four. */
  readonly inputCharacters: number;
  /** The neutral form, decoded at first use and kept. */
  embedding(): EmbeddingRequest;
}

/** The client's face of embeddings. */
export interface EmbeddingClientProtocol {
  readonly wire: 'openai-embeddings';
  /** Throws `request.invalid` naming the field. */
  decode(body: Buffer, json: JsonObject): EmbeddingClientRequest;
  encodeReply(reply: EmbeddingReply, request: EmbeddingClientRequest): JsonObject;
  encodeError(error: WeirError, requestId: string): JsonObject;
}

/** The upstream's face of embeddings. */
export interface EmbeddingUpstreamProtocol {
  readonly wire:
    | 'openai-embeddings'
    | 'gemini-embeddings'
    | 'cohere-embeddings'
    | 'bedrock-embeddings'
    | 'vertex-embeddings';
  /** Present when the client's bytes are this wire already: they pass with only the fields changed that must be. */
  forward?(request: { body: Buffer; json: JsonObject }, context: UpstreamContext): EncodedRequest;
  encode(request: EmbeddingRequest, context: UpstreamContext): EncodedRequest;
  decodeReply(json: JsonObject, request: EmbeddingRequest): EmbeddingReply;
  readError(json: unknown): UpstreamErrorBody;
}

/** Reads usage from any JSON body of a pass-through operation; undefined when there is none. */
export type ReadUsage = (json: JsonObject) => Usage | undefined;
