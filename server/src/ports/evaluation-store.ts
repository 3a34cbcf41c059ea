/** What evaluations keep. Ids and times come from the caller; what says something about content is sealed by the caller. */
export interface EvaluationStore {
  readonly scores: ScoreStore;
  readonly datasets: DatasetStore;
  readonly evaluators: EvaluatorStore;
  readonly runs: EvalRunStore;
}

/** How good one output was, by one metric. It never changes. */
export interface ScoreRow {
  readonly id: string;
  readonly project_id: string;
  /** The call that gave the output: its request id. A label that is not checked. */
  readonly inference_id: string;
  readonly metric: string;
  /** 0..1, more is better. */
  readonly score: number;
  readonly evaluator: 'human' | 'automated';
  /** Key that wrote it. */
  readonly key_id: string;
  /** Of an automated one that Weir made; null: told from outside. */
  readonly evaluator_name: string | null;
  readonly evaluator_version: number | null;
  /** Run, item and trial it belongs to; null: none. */
  readonly run_id: string | null;
  readonly item_id: string | null;
  readonly trial: number | null;
  /** Sealed JSON: why; null: the number says it. */
  readonly reason: string | null;
  readonly created_at: number;
}

export interface ScoreQuery {
  /** Absent: all projects. */
  readonly projectId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly inferenceId?: string | undefined;
  readonly metric?: string | undefined;
  readonly evaluator?: 'human' | 'automated' | undefined;
  readonly runId?: string | undefined;
  readonly limit: number;
  /** Id that the page starts after. */
  readonly before?: string | undefined;
}

export interface ScoreStore {
  insert(row: ScoreRow): Promise<void>;
  /** Newest first. */
  list(query: ScoreQuery): Promise<ScoreRow[]>;
  /** Scores of these calls, at most 1,000, in any order. */
  ofInferences(inferenceIds: readonly string[]): Promise<ScoreRow[]>;
  /** Newest first: scores of one version of a named evaluator, each beside a person's score of the same call and metric. */
  labelled(query: {
    projectId: string;
    evaluatorName: string;
    evaluatorVersion: number;
    limit: number;
  }): Promise<LabelledScore[]>;
}

export interface LabelledScore {
  readonly inference_id: string;
  readonly automated: number;
  readonly human: number;
}

export interface DatasetRow {
  readonly id: string;
  readonly project_id: string;
  /** Unique in its project. */
  readonly name: string;
  readonly created_at: number;
}

/** One state of a dataset; versions count up from 1. */
export interface DatasetVersionRow {
  readonly dataset_id: string;
  readonly version: number;
  /** Items in this version. */
  readonly items: number;
  /** Key that made it. */
  readonly author: string;
  readonly created_at: number;
}

/** An item as it is from one version to another. It never changes: another content is another row. */
export interface DatasetItemRow {
  readonly dataset_id: string;
  /** Stays the same over versions: comparisons pair by it. */
  readonly item_id: string;
  readonly from_version: number;
  /** First version without it; null: it is in the latest one. */
  readonly to_version: number | null;
  /** SHA-256 of the content as it was given, hexadecimal: equal items are one. */
  readonly hash: string;
  /** Sealed JSON: vars, messages, expected, cluster. Null: erased. */
  readonly content: string | null;
  /** The call it was taken from; null: none. */
  readonly source_request_id: string | null;
  /** End user whose words it has, for erasing; null: none. */
  readonly user_id: string | null;
}

export interface DatasetStore {
  /** Makes the dataset unless the project has one of that name; gives the one that stands. */
  claim(row: DatasetRow): Promise<DatasetRow>;
  get(id: string): Promise<DatasetRow | undefined>;
  named(projectId: string, name: string): Promise<DatasetRow | undefined>;
  /** Newest first, with the latest version; without one: none was stored yet. */
  list(query: {
    projectId?: string | undefined;
    limit: number;
    before?: string | undefined;
  }): Promise<(DatasetRow & Pick<DatasetVersionRow, 'version' | 'items'>)[]>;
  versions(datasetId: string): Promise<DatasetVersionRow[]>;
  /**
   * Stores version `row.version` with what is new in it; items with an id that is there already replace it. Throws `conflict`
   * when that version stands.
   */
  append(of: {
    readonly row: DatasetVersionRow;
    readonly added: readonly DatasetItemRow[];
    readonly removed: readonly string[];
  }): Promise<void>;
  /** Items of a version in the order of their ids; `after` is the id the page starts after. */
  items(query: {
    datasetId: string;
    version: number;
    limit: number;
    after?: string | undefined;
  }): Promise<DatasetItemRow[]>;
}

/** A version of an evaluator; it never changes. */
export interface EvaluatorRow {
  readonly project_id: string;
  readonly name: string;
  readonly version: number;
  /** What computes it: exact, contains, rubric ... */
  readonly type: string;
  /** JSON. */
  readonly options: string;
  readonly author: string;
  readonly created_at: number;
}

export interface EvaluatorStore {
  /** Throws `conflict` when that version stands. */
  insert(row: EvaluatorRow): Promise<void>;
  /** The latest version unless one is named. */
  get(projectId: string, name: string, version?: number): Promise<EvaluatorRow | undefined>;
  /** Latest versions by name. */
  latest(projectId: string): Promise<EvaluatorRow[]>;
}

export type EvalRunStatus = 'running' | 'completed' | 'stopped' | 'failed' | 'cancelled';

export interface EvalRunRow {
  readonly id: string;
  readonly project_id: string;
  readonly dataset_id: string;
  readonly dataset_version: number;
  /** Free label; '' when nobody gave one. */
  readonly name: string;
  /** The candidate's model, for lists and side-by-side views. */
  readonly model: string;
  /** Sealed JSON: candidate, evaluators with their versions and options, trials, seed. */
  readonly definition: string;
  /** stopped: its budget ran out · failed: it cannot go on. */
  readonly status: EvalRunStatus;
  /** Why it stopped or failed, safe to show; null otherwise. */
  readonly error: string | null;
  /** The key it acts as. */
  readonly key_id: string;
  /** nano-USD; null: none. */
  readonly budget_nano: number | null;
  /** Results it has when it is complete: items times trials. */
  readonly planned: number;
  /** Process that works on it (`home/epoch`), and until when nobody else may. */
  readonly owner: string | null;
  readonly lease_until: number;
  readonly created_at: number;
  readonly ended_at: number | null;
}

/** What the candidate made of one item. */
export interface EvalResultRow {
  readonly run_id: string;
  readonly item_id: string;
  /** 1 for the first. */
  readonly trial: number;
  /** The call; null: none was made. */
  readonly request_id: string | null;
  /** 1 or 0: the call gave an output. */
  readonly succeeded: number;
  /** Error code of a call that failed; null otherwise. */
  readonly error_code: string | null;
  /** Sealed JSON: the output; null when there is none or it was forgotten. */
  readonly output: string | null;
  readonly latency_ms: number;
  /** Of the candidate's call. */
  readonly cost_nano: number;
  /** Of the judges' calls. */
  readonly judge_cost_nano: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly created_at: number;
}

/** What a call of an item was answered, until the item has its result. */
export interface EvalAnswerRow {
  readonly run_id: string;
  readonly item_id: string;
  readonly trial: number;
  /** 0 for the first call of the item, then 1, 2 ... */
  readonly place: number;
  readonly request_id: string;
  /** Sealed JSON. */
  readonly answer: string;
}

export interface EvalRunStore {
  insert(row: EvalRunRow): Promise<void>;
  get(id: string): Promise<EvalRunRow | undefined>;
  /** Newest first. */
  list(query: {
    projectId?: string | undefined;
    datasetId?: string | undefined;
    limit: number;
    before?: string | undefined;
  }): Promise<EvalRunRow[]>;
  /** Running ones whose lease is over. */
  abandoned(nowMs: number): Promise<EvalRunRow[]>;
  /** Ends the leases that processes of this home left behind; '' means every one. Nobody else may use the home. */
  free(of: { home: string }): Promise<void>;
  /** Takes or renews the lease; false when another process has it or the run is over. */
  lease(id: string, of: { owner: string; nowMs: number; untilMs: number }): Promise<boolean>;
  /** Ends a running run, and forgets the answers of items without a result; false when it is over already. */
  end(id: string, of: Required<Pick<EvalRunRow, 'status' | 'error' | 'ended_at'>>): Promise<boolean>;
  /** Nothing happens when the place has an answer already. */
  keepAnswer(row: EvalAnswerRow): Promise<void>;
  /** Of items without a result. */
  answers(runId: string): Promise<EvalAnswerRow[]>;
  /** Stores a result with its scores in the place of the item's answers; nothing happens when the result is there already. */
  addResult(result: EvalResultRow, scores: readonly ScoreRow[]): Promise<void>;
  /** In the order of item and trial; `after` is where the page starts. */
  results(query: {
    runId: string;
    limit: number;
    after?: { item: string; trial: number } | undefined;
  }): Promise<EvalResultRow[]>;
  totals(runId: string): Promise<EvalRunTotals>;
}

export interface EvalRunTotals {
  readonly results: number;
  readonly failed: number;
  readonly cost_nano: number;
  readonly judge_cost_nano: number;
  /** Sum over results. */
  readonly latency_ms: number;
}
