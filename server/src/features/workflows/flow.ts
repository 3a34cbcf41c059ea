import type { Json, JsonObject } from '../../kernel/json.ts';

/** JSON that may hold `{{ path }}` anywhere in its strings; rendered when the step starts. */
export type Template = Json;

/** What every dialect of a workflow document becomes; the engine runs nothing else. Durations are milliseconds, money nano-USD. */
export interface Flow {
  readonly name: string;
  /** JSON pointers of its fields (`input`, `budget`) in the document; absent: the flow was not read from one. */
  readonly pointers?: Readonly<Record<string, string>>;
  readonly description: string | undefined;
  /** JSON Schema 2020-12 of the input; undefined: anything. */
  readonly input: JsonObject | undefined;
  /** Undefined: the output of the last step that ran. */
  readonly output: Template | undefined;
  readonly steps: readonly Step[];
  readonly timeoutMs: number | undefined;
  readonly budget: FlowBudget | undefined;
  /** When a step fails for good. rollback: compensate finished steps, newest first. */
  readonly onFailure: { readonly strategy: 'stop' | 'rollback' | 'continue'; readonly workflow: string | undefined };
  readonly triggers: readonly Trigger[];
  /** Names of settings that templates may read as `env.NAME`; the operator allows them in the configuration. */
  readonly env: readonly string[];
}

export interface FlowBudget {
  readonly usdNano: number | undefined;
  readonly tokens: number | undefined;
  /** Model calls. */
  readonly calls: number | undefined;
  readonly onExceed: 'pause' | 'stop' | 'degrade';
  readonly degradeTo: string | undefined;
  /** A call whose worst case is dearer waits for a person. */
  readonly approveAboveNano: number | undefined;
}

export type Trigger =
  | { readonly type: 'cron'; readonly cron: string; readonly timeZone: string; readonly input: Json }
  /** `POST /api/workflows/:id/hooks/:name`, signed by HMAC-SHA-256 with the secret that creating the trigger showed. */
  | { readonly type: 'webhook'; readonly name: string };

/** none: nothing outside changes · idempotent: doing it again changes nothing more · once: a person is asked after a crash. */
export type Effect = 'none' | 'idempotent' | 'once';

export interface RetryPolicy {
  /** Tries in all, at least 1. */
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly multiplier: number;
  readonly maxBackoffMs: number;
  /** none: exactly the schedule; full: drawn between 0 and it. */
  readonly jitter: 'none' | 'full';
  /** Codes of errors that are tried again; undefined: those whose error is retryable, and every failure of a tool. */
  readonly on: readonly string[] | undefined;
}

interface StepBase {
  readonly name: string;
  /** JSON pointer of the step in the document as it was sent. */
  readonly pointer: string;
  /** JSON pointers of its fields (`messages`, `when`, `retry`) in the document; absent: the step was not read from one. */
  readonly pointers?: Readonly<Record<string, string>>;
  /** Runs only if; otherwise the step is `skipped`. */
  readonly when: Condition | undefined;
  readonly retry: RetryPolicy;
  /** After the last attempt. continue: the step is `failed`, the run goes on. */
  readonly onError: 'stop' | 'continue';
  /** Run instead of failing; the step's output is theirs. `error` is in scope. */
  readonly catch: readonly Step[] | undefined;
  readonly timeoutMs: number | undefined;
  /** Undefined: the default of the type (docs/decisions/0014). */
  readonly effect: Effect | undefined;
  /** Undoes the finished step when the run is rolled back. */
  readonly compensate: Step | undefined;
  readonly budget: FlowBudget | undefined;
  /** Names of steps that must be over before this one starts (second dialect); undefined: the order of the list. */
  readonly dependencies: readonly string[] | undefined;
}

export type Step = StepBase & StepWork;
export type StepType = StepWork['type'];
export type StepOf<T extends StepType> = StepBase & Extract<StepWork, { type: T }>;

export type StepWork =
  | {
      readonly type: 'sampling';
      readonly model: Template | undefined;
      /** `[{role, content}]`. */
      readonly messages: Template;
      readonly maxTokens: Template | undefined;
      readonly temperature: Template | undefined;
      readonly topP: Template | undefined;
      readonly stopSequences: Template | undefined;
      /** JSON Schema of the reply; the output is then the parsed reply. */
      readonly schema: JsonObject | undefined;
    }
  | { readonly type: 'tool'; readonly server: string; readonly tool: string; readonly params: Template }
  | { readonly type: 'prompt'; readonly server: string; readonly prompt: string; readonly arguments: Template }
  | { readonly type: 'resource'; readonly server: string | undefined; readonly uri: Template }
  | {
      readonly type: 'http';
      readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
      readonly url: Template;
      readonly headers: Template;
      readonly body: Template | undefined;
    }
  | {
      readonly type: 'condition';
      readonly condition: Condition;
      readonly then: readonly Step[];
      readonly else: readonly Step[];
    }
  | {
      readonly type: 'switch';
      readonly cases: readonly { readonly when: Condition; readonly steps: readonly Step[] }[];
      readonly default: readonly Step[];
    }
  | { readonly type: 'parallel'; readonly steps: readonly Step[]; readonly concurrency: number | undefined }
  | {
      readonly type: 'map';
      readonly items: Template;
      /** In scope as `item` and `index`. */
      readonly steps: readonly Step[];
      readonly concurrency: number;
      /** More items than this fail the step before anything ran. */
      readonly maxItems: number;
      readonly toleratedFailures: number;
    }
  /** `version` undefined: the newest when the step starts. */
  | {
      readonly type: 'workflow';
      readonly workflow: string;
      readonly version: number | undefined;
      readonly input: Template;
    }
  | { readonly type: 'wait'; readonly ms: Template | undefined; readonly until: Template | undefined }
  | {
      readonly type: 'approval';
      readonly message: Template;
      /** JSON Schema of what the person fills in; undefined: yes or no. */
      readonly form: JsonObject | undefined;
      /** Shown, and editable when a form is given: the form's first values. */
      readonly data: Template | undefined;
      readonly timeoutMs: number | undefined;
      /** What happens at the timeout; undefined: the step fails. */
      readonly default: { readonly decision: 'approve' | 'reject'; readonly data: Json } | undefined;
    }
  | { readonly type: 'set'; readonly values: Template }
  | { readonly type: 'fail'; readonly message: Template }
  | {
      readonly type: 'eval';
      readonly evaluator: string;
      readonly value: Template;
      readonly expected: Template | undefined;
      readonly options: Template | undefined;
      /** Lower scores (0..1) fail the step; undefined: the score is only the output. */
      readonly threshold: number | undefined;
    };

/** The seed's operator objects, or a CEL expression over the same scope. */
export type Condition =
  | {
      readonly kind: 'operator';
      readonly operator: 'equals' | 'notEquals' | 'contains' | 'exists' | 'gt' | 'lt' | 'gte' | 'lte';
      readonly path: string;
      readonly value: Json | undefined;
    }
  | { readonly kind: 'cel'; readonly expression: string };

/** What templates and conditions can see. Each name is a root of a path. */
export interface Scope {
  readonly input: Json;
  /** By step name; inside map, parallel and branches the inner steps that are over, too. */
  readonly steps: Readonly<Record<string, StepView>>;
  readonly item?: Json;
  readonly index?: number;
  readonly error?: Json;
  readonly run: JsonObject;
  readonly env: Readonly<Record<string, string>>;
  /** `workflow.totalCost`, `workflow.totalTokens`, `workflow.timestamp` of the second dialect. */
  readonly workflow: JsonObject;
}

export interface StepView {
  readonly status: string;
  /** Unwrapped. */
  readonly output: Json;
  /** As the tool gave it; paths that the output lacks are looked for here. */
  readonly raw?: Json;
  readonly error: Json;
}
