import type { Generated } from 'kysely';
import type { ConversationRow, TurnRow } from '../ports/conversation-store.ts';
import type {
  DatasetItemRow,
  DatasetRow,
  DatasetVersionRow,
  EvalAnswerRow,
  EvalResultRow,
  EvalRunRow,
  EvaluatorRow,
  ScoreRow,
} from '../ports/evaluation-store.ts';
import type { LabelMoveRow, PromptLabelRow, PromptRow, PromptVersionRow } from '../ports/prompt-store.ts';
import type {
  AuditRow,
  CredentialRow,
  IdempotencyRow,
  KeyRow,
  LogPolicyRow,
  LogServiceRow,
  ProjectRow,
  ProviderObjectRow,
  SettingRow,
} from '../ports/storage.ts';
import type {
  AttemptRow,
  InboxRow,
  RunRow,
  StepRow,
  TriggerRow,
  WorkflowRow,
  WorkflowVersionRow,
} from '../ports/workflow-store.ts';

/** The tables of one Weir database, the same on every backend: text ids, epoch-ms integers, nano-USD, JSON as text. */
export interface Schema {
  readonly api_keys: KeyRow;
  readonly projects: ProjectRow;
  readonly credentials: CredentialRow;
  readonly settings: SettingRow;
  readonly provider_objects: ProviderObjectRow;
  readonly idempotency: IdempotencyRow;
  readonly audit: AuditTable;
  readonly named_values: NamedValueTable;
  readonly log_services: LogServiceRow;
  readonly log_policies: LogPolicyRow;
  readonly workflows: WorkflowRow;
  readonly workflow_versions: WorkflowVersionRow;
  readonly workflow_executions: RunRow;
  readonly workflow_execution_steps: StepRow;
  readonly workflow_attempts: AttemptRow;
  readonly workflow_triggers: TriggerRow;
  readonly inbox: InboxRow;
  readonly conversations: ConversationRow;
  readonly conversation_turns: TurnRow;
  readonly prompts: PromptRow;
  readonly prompt_versions: PromptVersionRow;
  readonly prompt_labels: PromptLabelRow;
  readonly prompt_label_moves: LabelMoveRow;
  readonly scores: ScoreRow;
  readonly datasets: DatasetRow;
  readonly dataset_versions: DatasetVersionRow;
  readonly dataset_items: DatasetItemRow;
  readonly evaluators: EvaluatorRow;
  readonly eval_runs: EvalRunRow;
  readonly eval_results: EvalResultRow;
  readonly eval_answers: EvalAnswerRow;
  readonly usage_records: UsageRecordTable;
  readonly usage_tags: UsageTagTable;
  readonly usage_hourly: RollupTable;
  readonly usage_daily: RollupTable;
  readonly open_intents: OpenIntentTable;
  readonly spool_offsets: SpoolOffsetTable;
  readonly provisional_records: ProvisionalRecordTable;
  readonly usage_outbox: UsageOutboxTable;
  readonly changes: ChangeTable;
  readonly replicas: ReplicaTable;
  readonly schema_migrations: MigrationTable;
}

export interface AuditTable extends AuditRow {
  /** 1, 2, 3...: the order of the hash chain, because two rows may share a millisecond. */
  readonly sequence: number;
}

export interface NamedValueTable {
  readonly name: string;
  readonly value: string;
}

/** One call: the columns that lists and reports look at, and the whole record as JSON. '' stands for null in the text columns. */
export interface UsageRecordTable {
  readonly request_id: string;
  /** Epoch ms of the call's arrival. */
  readonly timestamp: number;
  readonly project_id: string;
  readonly key_id: string;
  readonly user_id: string;
  readonly agent_type: string;
  readonly model: string;
  readonly provider: string;
  readonly wire: string;
  /** 1 or 0. */
  readonly succeeded: number;
  /** All prompt tokens and all completion tokens, whatever their bucket. */
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_nano: number;
  /** 1 when no price was known. */
  readonly unpriced: number;
  /** 1 when Weir counted instead of the provider. */
  readonly estimated: number;
  /** What the call would have cost without the reply cache. */
  readonly saved_nano: number;
  /** The workflow run that made it. */
  readonly run_id: string;
  /** The UsageRecord as JSON. */
  readonly record: string;
}

/** One row per tag of a call, so that calls without tags cost nothing. */
export interface UsageTagTable {
  readonly request_id: string;
  /** `name=value`. */
  readonly tag: string;
}

/** What reports group by and limits ask for; '' for a call without it. */
export interface RollupDimensions {
  readonly project_id: string;
  readonly user_id: string;
  readonly key_id: string;
  readonly agent_type: string;
  readonly model: string;
  readonly provider: string;
  readonly wire: string;
}

/** Sums over the calls of one UTC hour or day with the same dimensions. */
export interface RollupTable extends RollupDimensions {
  /** Epoch ms of the start of the hour or day. */
  readonly start: number;
  readonly calls: number;
  readonly succeeded: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_nano: number | bigint;
  readonly unpriced: number;
  readonly estimated: number;
  readonly saved_nano: number | bigint;
}

/** An attempt that left and whose call is not settled yet. */
export interface OpenIntentTable {
  readonly request_id: string;
  readonly attempt: number;
  /** The process that wrote it; when that is dead, the call is settled as estimated. */
  readonly process_epoch: string;
  /** The IntentRecord as JSON. */
  readonly record: string;
}

/** How far each spool segment is in the database; written in the transaction that inserts its records. */
export interface SpoolOffsetTable {
  readonly segment: string;
  /** Bytes from the start of the segment. */
  readonly shipped: number;
}

/** Calls that were settled by estimate because their replica was silent for too long; its own record replaces that one. */
export interface ProvisionalRecordTable {
  readonly request_id: string;
}

/** Records that an analytics sink has not taken yet; empty without one. */
export interface UsageOutboxTable {
  readonly request_id: string;
}

/** What was changed of what replicas keep in memory, in the order of the commits; kept for an hour. */
export interface ChangeTable {
  readonly sequence: Generated<number>;
  /** `keys`, `projects`, `credentials`, `log-services`, `prompts` or `setting:<kind>`. */
  readonly kind: string;
  /** Id or name of the row; '' for all of them. */
  readonly name: string;
  /** Epoch ms of the database's clock. */
  readonly at: number;
}

/** One row per running process; times are the database's, epoch ms. */
export interface ReplicaTable {
  readonly epoch: string;
  /** Names the data directory, whose next process takes up what this one leaves. */
  readonly home: string;
  readonly started_at: number;
  /** Last sign of life. */
  readonly seen_at: number;
}

export interface MigrationTable {
  readonly name: string;
  readonly applied_at: number;
}
