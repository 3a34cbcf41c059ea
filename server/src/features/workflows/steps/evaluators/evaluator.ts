import type { Json, JsonObject } from '../../../../kernel/json.ts';
import type { ModelAnswer } from '../../../../ports/model-gateway.ts';

/** Gives a value a score. What it cannot work with is its caller's mistake: `request.invalid` that names the member. */
export interface Evaluator {
  readonly name: string;
  /** It makes one model call. */
  readonly asksModel: boolean;
  score(of: Evaluated, services: EvaluatorServices): Score | Promise<Score>;
}

export interface Evaluated {
  readonly value: Json;
  /** Null: nothing was given. */
  readonly expected: Json;
  readonly options: JsonObject;
}

/** A number from 0 (not at all) to 1 (fully). */
export interface Score {
  readonly score: number;
  /** One line for people; absent: the number says it. */
  readonly reason?: string;
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
  readonly messages: Json;
  readonly schema: JsonObject;
  readonly maxTokens: number;
  /** The score that the answer gives; throws what is wrong with it. Before the answer is kept. */
  readonly read: (answer: ModelAnswer) => Score;
}
