import type { BudgetTerms } from '../kernel/budget.ts';
import type { ChatReply, Part } from '../kernel/chat.ts';
import { WeirError } from '../kernel/errors.ts';
import type { Finding } from '../kernel/finding.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Limits } from '../kernel/limits.ts';
import type { Operation } from '../kernel/operation.ts';
import type { Usage } from '../kernel/usage.ts';
import type { AttemptRecord, StageRecord, UsageRecord } from '../kernel/usage-record.ts';
import type { Allowance, BudgetHold, BudgetInForce, Counts } from './budgets.ts';
import type { Payload } from './payload.ts';
import type { SkimmedText } from './protocol.ts';
import type { Credential, Provider } from './provider.ts';
import type { LimitGrant, LimitReading } from './shared-state.ts';

/** Who calls: set by authentication, before the pipeline. */
export interface Caller {
  readonly keyId: string;
  readonly projectId: string;
  readonly role: string;
  /** Model names and routes this key may use; absent means all. */
  readonly models: readonly string[] | undefined;
  readonly routes: readonly string[] | undefined;
  /** Of the key itself; absent: none. */
  readonly limits?: Limits | undefined;
  readonly budget?: BudgetTerms | undefined;
  /** Whether its calls use the cache when they do not say; undefined: the route and the configuration decide. */
  readonly cache?: boolean | undefined;
}

/** Labels for reports; they never grant access. */
export interface Attribution {
  readonly userId: string | undefined;
  readonly agentType: string | undefined;
  readonly sessionId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly traceparent: string | undefined;
}

/** How long things may take, in milliseconds. */
export interface TimeLimits {
  /** From arrival to the last byte. */
  readonly totalMs: number;
  /** One attempt until its whole reply, or until its first content when streaming. */
  readonly attemptMs: number;
  /** Between two upstream bytes of a running stream. */
  readonly idleMs: number;
  /** The client asked for less time than configured: running out of it says nothing about the target. */
  readonly askedByClient?: boolean;
}

/** A provider, model and credential: what a breaker and an attempt belong to. */
export interface Target {
  readonly provider: Provider;
  readonly model: string;
  readonly credential: Credential;
  /** Overrides the call's own limit for attempts on this target. */
  readonly timeoutMs: number | undefined;
}

/** What a stream tells about itself before its first byte. */
export interface StreamHead {
  /** Undefined means server-sent events. */
  readonly contentType: string | undefined;
  /** Upstream headers worth showing to the client; absent means none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Where the reply goes. The gateway never sees sockets. */
export interface CallOutput {
  /** Status and headers of a stream leave now. */
  startStream(call: Call, head: StreamHead): void;
  /** False: the client reads slowly, wait for `onDrain`. */
  write(bytes: Buffer): boolean;
  onDrain(resume: () => void): void;
}

/** The whole reply of a call that does not stream. */
export interface WholeReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  /** Upstream headers worth showing to the client (files, audio). */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where a call must go, whatever its model says. */
export interface Pin {
  readonly provider: string;
  /** Undefined: any credential of that provider. */
  readonly credentialId: string | undefined;
}

/** A whole chat reply as it was understood, and the means to change what it says. */
export interface ReadChatReply {
  readonly reply: ChatReply;
  /** The client's body with other texts, by index of the choice. On the same wire everything else keeps its bytes. */
  withTexts(texts: ReadonlyMap<number, string>): Buffer;
  /** The client's body, written anew, that calls tools with other arguments (by choice and place in its content), too. */
  withArguments(mended: ReadonlyMap<string, string>, texts: ReadonlyMap<number, string>): Buffer;
  /** Another reply in the client's wire, written anew. */
  encode(reply: ChatReply): Buffer;
}

/** What validation knows of the reply on its way; everybody else only asks. */
export interface ReplyWatch {
  /** The stream's bytes stay in Weir until its verdict is known. */
  readonly holds: boolean;
  /** The verdict on a stream that is not held follows its last byte as a trailer. */
  readonly trails: boolean;
  /** A stream begins: what an attempt before it sent is forgotten. */
  begin(): void;
  /** Every part of a stream on its way to the client; gives what goes on. */
  part(call: Call, part: Part): Part;
}

/** What guardrails do with the parts of a stream. */
export interface OutputGuard {
  /** Texts may leave changed: every event of the stream is written anew. */
  readonly rewrites: boolean;
  /** A stream begins: what an attempt before it sent is forgotten. */
  begin(): void;
  part(part: Part, emit: (part: Part) => void): void;
  /** An event of text that passes undecoded. Absent: the guard must see every part. */
  skimmed?(bytes: Buffer, text: SkimmedText): void;
}

/** A whole stream that has not left: it goes as it came, or says something else. */
export interface HeldStream {
  release(): void;
  /** These parts go instead; the last one is `end`. */
  replace(parts: readonly Part[]): void;
}

/** What a call brings along that a step of a workflow run makes, or a tool server by sampling. */
export interface RunCall {
  /** Null: a tool is called outside of runs, and asks for it. */
  readonly runId: string | null;
  /** Path of the step; null as above. */
  readonly step: string | null;
  /** The same for every try of one effect; sent to providers that take one. Undefined: the call stands for no effect. */
  readonly idempotencyKey: string | undefined;
  /** Of the run and its steps, besides those of key, user and project. */
  readonly budgets: readonly BudgetInForce[];
  /** Calls and tokens they may use. */
  readonly allowances: readonly Allowance[];
  /** A person approved the call, however dear it is. */
  readonly isApproved: boolean;
  /** Makes the answer durable before the ledger settles the call; its failure is the call's. Undefined: nothing is kept. */
  readonly keep: ((call: Call) => Promise<void>) | undefined;
  /**
   * Told of each call that Weir makes for this one (judges of guardrails, the semantic cache); gives its record when it is over,
   * and never rejects. Undefined: nobody counts them, and they are not the run's.
   */
  readonly beside: ((record: Promise<UsageRecord | undefined>) => void) | undefined;
}

/** The conversation that a call belongs to. */
export interface CallConversation {
  /** Undefined: a new one begins, and gets its id before the call is routed. */
  id: string | undefined;
}

/** The stored prompt that a call names. */
export interface CallPrompt {
  readonly name: string;
  readonly label: string | undefined;
  readonly version: number | undefined;
  readonly variables: JsonObject;
  /** Where the request names it: errors say so. */
  readonly field: 'prompt' | 'template';
  /** The request as it came: without its prompt it may not be whole. */
  readonly body: Buffer;
  readonly json: JsonObject;
}

export interface Abortable {
  abort(error: WeirError): void;
}

/** One call on its way through the pipeline. Stages read and change it; nothing else keeps it alive. */
export interface Call {
  readonly id: string;
  /** Epoch milliseconds of arrival. */
  readonly startedAt: number;
  /** The same on the monotonic clock. */
  readonly startedMono: number;
  readonly caller: Caller;
  readonly attribution: Attribution;
  readonly operation: Operation;
  /** The ledger's name for the client's API: openai-chat, sampling, llm, inference ... */
  readonly wire: string;
  /** Candidates in order when the server may choose the model (seed APIs); usually the one name the client sent. */
  models: readonly string[];
  readonly stream: boolean;
  /** Of the API; a route may set its own. */
  limits: TimeLimits;
  /** Headers of the client that a provider of the same wire should see. */
  readonly clientHeaders: Readonly<Record<string, string>>;
  /** The cache listens in while a reply is made. */
  output: CallOutput;
  payload: Payload;
  /** The only provider and credential that can answer (objects that live at a provider); undefined for most calls. */
  pinned: Pin | undefined;

  /** The target of the running or last attempt. */
  target: Target | undefined;
  /** The provider's wire of the last attempt. */
  upstreamWire: string | undefined;
  /** The route or rule that led to another target than the first: shown in x-weir-fallback. */
  fallbackCause: string | undefined;
  readonly attempts: AttemptRecord[];
  /** What took its time inside Weir. */
  readonly stages: StageRecord[];
  /** Place of the stage that was entered last, -1 before the first, and when that was. */
  stageAt: number;
  stageMono: number;
  /** Why the next attempt is made. */
  nextReason: AttemptRecord['reason'];
  readonly dropped: string[];
  /** Name and new value of fields Weir changed on purpose: shown in x-weir-adjusted. */
  readonly adjusted: string[];
  /** What guardrails found so far, of the request and of the reply; never the text itself. Shown in x-weir-findings. */
  readonly findings: Finding[];
  /** What the client asked of the cache (x-weir-cache: use | refresh | bypass), unchecked; undefined: nothing. */
  readonly cacheAsked: string | undefined;
  /** The run that makes the call; undefined for those of clients. */
  readonly run: RunCall | undefined;
  /** The conversation it goes on with or begins; undefined: it belongs to none. */
  readonly conversation: CallConversation | undefined;
  /** The stored prompt it names; undefined: none. Until it is rendered the payload is only a stand-in. */
  readonly prompt: CallPrompt | undefined;
  /** The version that was rendered. */
  usedPrompt: { readonly name: string; readonly version: number } | undefined;
  /** How Weir's own cache took part: shown in x-weir-cache. */
  cache: UsageRecord['cache'];
  /** What the call would have cost without the cache, in nano-USD. */
  savedNanoUsd: number;
  /** Of a cached reply: who answered when it was made, and with which usage. Undefined: nothing was replayed. */
  replayed: { readonly provider: string; readonly model: string; readonly usage: Usage } | undefined;
  /** Verdict on the reply against its schema: shown in x-weir-validated; undefined when nothing was checked. */
  validated: 'valid' | 'repaired' | 'extracted' | 'reasked' | 'default' | 'invalid' | undefined;
  /** Set while guardrails listen to the stream; undefined for most calls. */
  outputGuard: OutputGuard | undefined;
  /** Set while something of the reply is checked; undefined for most calls. */
  replyWatch: ReplyWatch | undefined;
  /** The neutral form of `reply`, of chat calls that do not stream. */
  chatReply: ReadChatReply | undefined;
  /** Set when a stream that `replyWatch` holds is complete. */
  heldStream: HeldStream | undefined;
  /** Set when bytes of the reply reached the client: no retry, no fallback from here on. */
  committed: boolean;
  /** Set when a whole reply is ready; it leaves after settlement. */
  reply: WholeReply | undefined;
  /** The stream's last bytes, held back until the ledger has the record. */
  tail: Buffer | undefined;
  /** Ends the running stream with an error in its own numbering; undefined leaves it to the client's wire. */
  failStream: ((error: WeirError) => string | undefined) | undefined;
  /** Usage and output seen in the running attempt. */
  progress: AttemptProgress;
  /** Milliseconds spent waiting for upstreams and between retries; the rest is our overhead. */
  waitedMs: number;
  /** When the running attempt's request left; undefined before the first. */
  dispatchedMono: number | undefined;
  firstPartMono: number | undefined;
  /** Our retries were used up: the client is told not to repeat them. */
  retriesSpent: boolean;
  cancelled: boolean;
  /** What the call took of its limits, until it is settled; absent: none applies. */
  limitGrant?: LimitGrant | undefined;
  /** The limits nearest to being used up: shown in x-ratelimit-*; absent: none applies. */
  rate?: RateReadings | undefined;
  /** What the call holds of its budgets; absent: none applies or no attempt was made. */
  budgetHold?: BudgetHold | undefined;
  /** Calls and tokens that a call of a run holds of its allowances; absent: none apply or no attempt was made. */
  countsHeld?: Counts | undefined;
  /** Worst case of the running attempt as its budgets reserved it, in nano-USD; absent: nothing was reserved. */
  reservedNano?: number | undefined;
  /** A budget that is used up names the model to go on with; taken by the choice of the target, once per call. */
  degradeTo?: string | undefined;
  degraded?: boolean;
  /** The ledger's record, set at settlement. */
  record: UsageRecord | undefined;
  /** What runs for the call now and can be stopped: an attempt, or the pause before the next. */
  running: Abortable | undefined;
}

export interface RateReadings {
  readonly requests: LimitReading | undefined;
  readonly tokens: LimitReading | undefined;
}

export interface AttemptProgress {
  usage: Usage | undefined;
  /** Characters of text and tool arguments received, for estimates when usage never comes. */
  outputCharacters: number;
  /** HTTP status of the upstream, 0 before its headers. */
  status: number;
  /** The request was written to a socket. */
  sent: boolean;
  partial: boolean;
  /** A choice ended for another reason than being done: its length limit, a filter. Absent: none did, as far as was seen. */
  unfinished?: boolean;
}

export function newProgress(): AttemptProgress {
  return { usage: undefined, outputCharacters: 0, status: 0, sent: false, partial: false };
}

/** What is known of a call when it begins. */
export type CallStart = Pick<
  Call,
  | 'id'
  | 'startedAt'
  | 'startedMono'
  | 'caller'
  | 'attribution'
  | 'operation'
  | 'wire'
  | 'models'
  | 'stream'
  | 'limits'
  | 'clientHeaders'
  | 'output'
  | 'payload'
  | 'pinned'
  | 'cacheAsked'
> & { readonly run?: RunCall } & Partial<Pick<Call, 'conversation' | 'prompt'>>;

/** A call before anything happened to it. All members are here: one that came later would make another shape of the object. */
export function newCall(start: CallStart): Call {
  return {
    id: start.id,
    startedAt: start.startedAt,
    startedMono: start.startedMono,
    caller: start.caller,
    attribution: start.attribution,
    operation: start.operation,
    wire: start.wire,
    models: start.models,
    stream: start.stream,
    limits: start.limits,
    clientHeaders: start.clientHeaders,
    output: start.output,
    payload: start.payload,
    pinned: start.pinned,
    target: undefined,
    upstreamWire: undefined,
    fallbackCause: undefined,
    attempts: [],
    stages: [],
    stageAt: -1,
    stageMono: start.startedMono,
    nextReason: 'first',
    dropped: [],
    adjusted: [],
    findings: [],
    cacheAsked: start.cacheAsked,
    run: start.run,
    conversation: start.conversation,
    prompt: start.prompt,
    usedPrompt: undefined,
    cache: 'bypass',
    savedNanoUsd: 0,
    replayed: undefined,
    validated: undefined,
    outputGuard: undefined,
    replyWatch: undefined,
    chatReply: undefined,
    heldStream: undefined,
    committed: false,
    reply: undefined,
    tail: undefined,
    failStream: undefined,
    progress: newProgress(),
    waitedMs: 0,
    dispatchedMono: undefined,
    firstPartMono: undefined,
    retriesSpent: false,
    cancelled: false,
    limitGrant: undefined,
    rate: undefined,
    budgetHold: undefined,
    reservedNano: undefined,
    degradeTo: undefined,
    degraded: false,
    record: undefined,
    running: undefined,
  };
}

/** How the call ended, given to every stage's settle once. */
export interface Outcome {
  /** Undefined on success. */
  readonly error: WeirError | undefined;
  /** Status the client gets. */
  readonly status: number;
}

/** Nobody waits for the call any more: what runs for it stops. */
export function cancelCall(call: Call): void {
  call.cancelled = true;
  call.running?.abort(new WeirError('call.cancelled'));
}
