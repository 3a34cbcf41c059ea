import type { Json, JsonObject } from '../kernel/json.ts';

/** Gives an output a score. What it cannot work with is its caller's mistake: `request.invalid` that names the member. */
export interface Evaluator {
  readonly name: string;
  /** One line for people. */
  readonly about: string;
  /** It makes model calls. */
  readonly asksModel: boolean;
  score(of: Evaluated, services: EvaluatorServices): Score | Promise<Score>;
}

export interface Evaluated {
  /** The output: a text, or any JSON. */
  readonly value: Json;
  /** Null: nothing was given. */
  readonly expected: Json;
  readonly options: JsonObject;
  /** What was asked, for judges; absent: nobody knows. */
  readonly input?: Json;
  /** The call that gave the output; absent: there was none. */
  readonly call?: EvaluatedCall;
}

export interface EvaluatedCall {
  readonly latencyMs: number;
  readonly costNano: number;
  readonly toolCalls: readonly ToolCall[];
  /** stop, length, refusal ... */
  readonly finishReason: string;
}

export interface ToolCall {
  readonly name: string;
  /** Parsed; the text itself when it is no JSON. */
  readonly arguments: Json;
}

/** A number from 0 (not at all) to 1 (fully). */
export interface Score {
  readonly score: number;
  /** One line for people; absent: the number says it. */
  readonly reason?: string;
  /** Words of the output that a judge's score rests on. */
  readonly evidence?: string;
  /** As the provider reported it; absent: no model was asked. */
  readonly model?: string;
}

export interface EvaluatorServices {
  /** What is wrong with the text by the schema; undefined: nothing. */
  readonly schemaProblem: (text: string, schema: JsonObject) => Promise<string | undefined>;
  readonly ask: (question: JudgeQuestion) => Promise<Score>;
}

export interface JudgeQuestion {
  /** Undefined: the server's own choice. */
  readonly model: string | undefined;
  /** `[{role, content}]`. */
  readonly messages: Json;
  readonly schema: JsonObject;
  readonly maxTokens: number;
  /** The score that the answer gives; throws what is wrong with it. */
  readonly read: (answer: { readonly text: string; readonly model: string }) => Score;
}
