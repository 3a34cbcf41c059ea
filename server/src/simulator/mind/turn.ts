import type { JsonObject } from '../json.ts';

/** What a wire asks of the simulated model, freed from the wire. */
export interface Turn {
  model: string;
  messages: readonly TurnMessage[];
  tools: readonly TurnTool[];
  toolChoice: ToolChoice;
  /** False when the caller wants at most one tool call per reply. */
  parallelCalls: boolean;
  /** JSON Schema that the text must satisfy; absent for free text. */
  schema?: unknown;
  /** True when the text must be a JSON object of any shape. */
  jsonMode: boolean;
  /** True when the model thinks before it answers. */
  reasoning: boolean;
  /** Most output tokens, thinking included; absent means no bound. */
  maxTokens?: number | undefined;
  stop: readonly string[];
  /** True when the model likes to say a sentence before it calls a tool. */
  talksBeforeCalls: boolean;
}

export interface TurnMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  text: string;
  media: readonly Medium[];
  /** Name of the tool whose result this is; absent on other messages. */
  toolName?: string | undefined;
}

export interface Medium {
  kind: 'image' | 'audio' | 'file';
  /** What the model can say about it: media type and size, or its address. */
  label: string;
}

export interface TurnTool {
  name: string;
  description: string;
  kind: 'function' | 'custom';
  /** JSON Schema of the arguments; absent means any object. */
  schema?: JsonObject | undefined;
}

export type ToolChoice = 'auto' | 'none' | 'required' | { name: string };

export interface ToolCall {
  name: string;
  kind: 'function' | 'custom';
  /** JSON text for functions, free text for custom tools. */
  input: string;
}

export interface Answer {
  /** What the model thought; empty when it did not. */
  thinking: string;
  text: string;
  calls: readonly ToolCall[];
  finish: 'stop' | 'length' | 'tool';
  /** The stop sequence that ended the text; absent otherwise. */
  stopSequence?: string | undefined;
  thinkingTokens: number;
  /** All output, thinking and calls included. */
  outputTokens: number;
}

export function lastUserText(turn: Turn): string {
  return turn.messages.findLast((message) => message.role === 'user')?.text ?? '';
}

/** The tool results that arrived after the last words of user or assistant. */
export function freshToolResults(turn: Turn): TurnMessage[] {
  const results: TurnMessage[] = [];
  for (const message of [...turn.messages].reverse()) {
    if (message.role === 'tool') results.unshift(message);
    else if (message.role === 'assistant' || message.text !== '') break;
  }
  return results;
}
