import type { Json, JsonObject } from '../kernel/json.ts';
import type { UsageRecord } from '../kernel/usage-record.ts';
import type { Call, Caller, RunCall } from './call.ts';

/** One question of Weir itself to a model. */
export interface ModelQuestion {
  /** Who pays and whose limits hold. */
  readonly caller: Caller;
  /** The ledger's name of what it is for: guard-judge, evaluation ... */
  readonly purpose: string;
  /** A route or `provider/model`. */
  readonly model: string;
  readonly system: string;
  readonly text: string;
  readonly maxOutputTokens: number;
  /** Of the whole call, in milliseconds. */
  readonly timeoutMs: number;
  /** The call that it is asked for, whose run it costs; absent: none. */
  readonly main?: Call;
}

/** One call of a workflow run to a model, or of a tool server that is called. */
export interface RunQuestion {
  /** The run's key: its limits, budgets and the models it may use hold. */
  readonly caller: Caller;
  /** Label of the user it is done for; undefined: nobody was named. */
  readonly userId: string | undefined;
  /** Of the call and its record; chosen before the call, so that it is found after a crash. */
  readonly requestId: string;
  readonly run: Omit<RunCall, 'keep'>;
  /** The ledger's name of what it is for; absent: workflow. */
  readonly wire?: string;
  /** A route or model; undefined: the server's own choice, as on the seed APIs. */
  readonly model: string | undefined;
  /** `[{role, content}]` as on the OpenAI chat wire. */
  readonly messages: Json;
  /** Checked like the same fields on the OpenAI chat wire; undefined: not sent. */
  readonly maxTokens: Json | undefined;
  readonly temperature: Json | undefined;
  readonly topP: Json | undefined;
  readonly stop: Json | undefined;
  /** JSON Schema that the reply is held to; undefined: any text. */
  readonly schema: JsonObject | undefined;
  /** Of the whole call, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends the call in flight with `call.cancelled`. */
  readonly signal: AbortSignal;
  /** Resolves when the answer is durable, before the ledger settles the call. A rejection is the call's failure. */
  readonly keep: (answer: ModelAnswer) => Promise<void>;
  /** Told of the call's record however it ended; must not throw. Absent: nobody asks. */
  readonly settled?: (record: UsageRecord) => void;
}

export interface ModelAnswer {
  readonly text: string;
  /** As the provider reported it. */
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** stop, length, content-filter, refusal ... */
  readonly finishReason: string;
}

/** Asks models through the whole pipeline, so that limits, cost and trace are those of any call. */
export interface ModelGateway {
  /** The text of the reply. Rejects with the WeirError of the call. */
  ask(question: ModelQuestion): Promise<string>;
  /** The answer to a step of a run. Rejects with the WeirError of the call. */
  answer(question: RunQuestion): Promise<ModelAnswer>;
}
