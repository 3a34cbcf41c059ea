import type { Json, JsonObject } from './json.ts';
import type { Usage } from './usage.ts';

/**
 * The neutral model of a chat call: a superset of the wires. A codec turns its wire into this and back; whatever the
 * neutral model has no word for stays in `extensions` under the wire it came from, and is dropped, by name, when the
 * call goes to another wire.
 */

/** The wire formats Weir reads and writes. */
export type Wire =
  | 'openai-chat'
  | 'openai-responses'
  | 'openai-completions'
  | 'anthropic-messages'
  | 'gemini-generate'
  | 'cohere-chat'
  | 'bedrock-converse'
  | 'weir-v1';

/** Where bytes of an image, sound or document are. */
export type MediaSource =
  | { readonly kind: 'base64'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'url'; readonly url: string; readonly mediaType?: string }
  /** An id of the provider's own file store; only the provider that gave it understands it. */
  | { readonly kind: 'file-id'; readonly fileId: string };

interface ContentCommon {
  /** Anthropic's cache_control value exactly as sent; absent on other wires. */
  readonly cacheControl?: Json;
}

export interface TextContent extends ContentCommon {
  readonly type: 'text';
  readonly text: string;
  /** Citations or annotations in the shape of the wire they came from; never translated, reported as dropped. */
  readonly annotations?: Json;
}
export interface ImageContent extends ContentCommon {
  readonly type: 'image';
  readonly source: MediaSource;
  /** OpenAI's low | high | auto. */
  readonly detail?: string;
}
export interface AudioContent extends ContentCommon {
  readonly type: 'audio';
  /** base64 */
  readonly data: string;
  /** wav, mp3, ... */
  readonly format: string;
}
export interface FileContent extends ContentCommon {
  readonly type: 'file';
  readonly source: MediaSource | { readonly kind: 'text'; readonly text: string };
  readonly filename?: string;
}
export interface ToolCallContent extends ContentCommon {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  /** The arguments as JSON text, exactly as the model wrote it. */
  readonly argumentsText: string;
  /** Opaque proof some wires attach to a call and want back (Gemini thought signatures). */
  readonly signature?: string;
}
export interface ToolResultContent extends ContentCommon {
  readonly type: 'tool-result';
  readonly toolCallId: string;
  /** Set by wires that name the tool in its result (Gemini); others find it through the call id. */
  readonly toolName?: string;
  readonly content: readonly Content[];
  readonly isError?: boolean;
}
export interface ReasoningContent extends ContentCommon {
  readonly type: 'reasoning';
  readonly text: string;
  /** Proof that the provider wants back unchanged; valid only at the wire that gave it. */
  readonly signature?: string;
  /** Encrypted reasoning instead of text (Anthropic redacted_thinking data, Responses encrypted_content). */
  readonly encrypted?: string;
  /** The wire whose signature or encrypted text this is. */
  readonly wire?: Wire;
  /** Id of the reasoning item at the provider (Responses). */
  readonly id?: string;
}
export interface RefusalContent extends ContentCommon {
  readonly type: 'refusal';
  readonly text: string;
}
/** A block only one wire understands (server tools, container uploads): kept for that wire, dropped by name elsewhere. */
export interface OpaqueContent extends ContentCommon {
  readonly type: 'opaque';
  readonly wire: Wire;
  readonly name: string;
  readonly value: Json;
}

export type Content =
  | TextContent
  | ImageContent
  | AudioContent
  | FileContent
  | ToolCallContent
  | ToolResultContent
  | ReasoningContent
  | RefusalContent
  | OpaqueContent;

/** developer is kept apart from system because OpenAI treats them apart; other wires merge them. */
export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool';

export interface Message {
  readonly role: Role;
  /** In the wire's order. A tool message holds only tool-result content; tool-call content appears only in assistant messages. */
  readonly content: readonly Content[];
  /** OpenAI's optional participant name. */
  readonly name?: string;
}

export interface FunctionTool {
  readonly type: 'function';
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments; absent means no arguments were declared. */
  readonly parameters?: JsonObject;
  readonly strict?: boolean;
  readonly cacheControl?: Json;
}
/** A tool that runs at the provider (web search, code execution, computer use): kept for its own wire only. */
export interface OpaqueTool {
  readonly type: 'opaque';
  readonly wire: Wire;
  readonly name: string;
  readonly value: Json;
}
export type Tool = FunctionTool | OpaqueTool;

export type ToolChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'none' }
  | { readonly kind: 'required' }
  | { readonly kind: 'tool'; readonly name: string };

export type ResponseFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | {
      readonly kind: 'json-schema';
      readonly name: string;
      readonly schema: JsonObject;
      readonly description?: string;
      readonly strict?: boolean;
    };

export interface ReasoningOptions {
  /** none | minimal | low | medium | high | xhigh, as OpenAI spells them. */
  readonly effort?: string;
  /** Anthropic's and Gemini's thinking budget in tokens. */
  readonly budgetTokens?: number;
  /** enabled | disabled | adaptive | between_tools (Anthropic). */
  readonly mode?: string;
  /** Whether the client wants the reasoning text or a summary back; absent means the wire's default. */
  readonly summary?: string;
}

/** One chat call without its wire. */
export interface ChatRequest {
  /** As the client spelt it; routing decides what is sent. */
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  /** How many choices; absent means one. */
  readonly n?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly responseFormat?: ResponseFormat;
  readonly reasoning?: ReasoningOptions;
  readonly stream: boolean;
  /** Did the client ask for the usage chunk (OpenAI chat streams)? Wires that always show usage set true. */
  readonly includeUsage: boolean;
  /** End-user label. */
  readonly user?: string;
  readonly metadata?: JsonObject;
  /** Fields this model has no word for, by the wire that sent them; another wire drops them and names them. */
  readonly extensions: { readonly wire: Wire; readonly fields: JsonObject };
}

export type FinishReason =
  | 'stop'
  | 'length'
  | 'tool-calls'
  | 'content-filter'
  | 'refusal'
  /** The provider paused a long turn (Anthropic pause_turn). */
  | 'pause'
  | 'context-window'
  | 'error'
  | 'other';

/** Did the model say all it wanted to? */
export function isDone(reason: FinishReason): boolean {
  return reason === 'stop' || reason === 'tool-calls';
}

export interface Choice {
  readonly index: number;
  /** Assistant content in order: reasoning, text, tool calls, refusal. */
  readonly content: readonly Content[];
  readonly finishReason: FinishReason;
  /** The stop sequence that ended the reply, when the provider says which. */
  readonly stopSequence?: string;
  /** OpenAI logprobs value, passed between OpenAI-like wires only. */
  readonly logprobs?: Json;
}

/** A whole reply. */
export interface ChatReply {
  readonly id: string;
  /** The model the provider says it used. */
  readonly model: string;
  /** Seconds since the epoch. */
  readonly createdS: number;
  readonly choices: readonly Choice[];
  /** Absent when the provider sent none: Weir estimates. */
  readonly usage?: Usage;
}

/**
 * One streamed piece. `choice` is the choice's index (0 for wires with one choice); `block` orders content blocks within
 * a choice and is unique per block, ascending in order of appearance.
 */
export type Part =
  | { readonly type: 'start'; readonly id: string; readonly model: string; readonly createdS: number }
  | { readonly type: 'text-delta'; readonly choice: number; readonly block: number; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly choice: number; readonly block: number; readonly text: string }
  /** Ends a reasoning block: what must be sent back to the provider. */
  | {
      readonly type: 'reasoning-end';
      readonly choice: number;
      readonly block: number;
      readonly signature?: string;
      readonly encrypted?: string;
      readonly wire: Wire;
      readonly id?: string;
    }
  | { readonly type: 'refusal-delta'; readonly choice: number; readonly block: number; readonly text: string }
  | {
      readonly type: 'tool-call-start';
      readonly choice: number;
      readonly block: number;
      readonly id: string;
      readonly name: string;
      readonly signature?: string;
    }
  | {
      readonly type: 'tool-call-delta';
      readonly choice: number;
      readonly block: number;
      readonly argumentsText: string;
    }
  /** A block ended; wires without block ends synthesise it before the next block or the finish. */
  | {
      readonly type: 'block-end';
      readonly choice: number;
      readonly block: number;
      /** Of a text block: its citations, as in TextContent. */
      readonly annotations?: Json;
    }
  /** A whole block only its own wire understands. */
  | { readonly type: 'opaque'; readonly choice: number; readonly content: OpaqueContent }
  /** Usage so far; a later one replaces an earlier one. */
  | { readonly type: 'usage'; readonly usage: Usage }
  | {
      readonly type: 'finish';
      readonly choice: number;
      readonly reason: FinishReason;
      readonly stopSequence?: string;
    }
  /** The wire's own terminator ([DONE], message_stop, response.completed): the stream is whole. */
  | { readonly type: 'end' };
