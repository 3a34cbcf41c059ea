/** Definitions and runs as rows. Ids and times come from the caller, except those of leases: they are the database's clock where processes share it. */
export interface WorkflowStore {
  readonly definitions: {
    /** Stores version 1. Rejects with `conflict` when the project has a workflow of that name. */
    create(row: WorkflowRow, version: Omit<WorkflowVersionRow, 'version'>): Promise<void>;
    /** Stores the next version; gives its number, undefined when there is no such workflow. */
    append(
      of: { projectId: string; id: string; name: string; description: string },
      version: Omit<WorkflowVersionRow, 'version'>,
    ): Promise<number | undefined>;
    get(projectId: string, id: string): Promise<WorkflowRow | undefined>;
    named(projectId: string, name: string): Promise<WorkflowRow | undefined>;
    version(workflowId: string, version: number): Promise<WorkflowVersionRow | undefined>;
    /** Newest first; `before` is the id the page starts after. Deleted ones are left out. */
    list(query: { projectId: string; limit: number; before?: string }): Promise<WorkflowRow[]>;
    versions(workflowId: string): Promise<Omit<WorkflowVersionRow, 'document'>[]>;
    publish(projectId: string, id: string, published: 0 | 1): Promise<void>;
    /** In the order of their names. */
    published(projectId: string): Promise<WorkflowRow[]>;
    /** Marks it and deletes its triggers; versions stay, because runs are pinned to them. */
    delete(projectId: string, id: string, atMs: number): Promise<boolean>;
  };
  readonly runs: {
    /** With steps that it takes over from another run. Rejects with `conflict` when the workflow has a run of that dedupe key. */
    insert(row: RunRow, steps?: readonly StepRow[]): Promise<void>;
    get(projectId: string, id: string): Promise<RunRow | undefined>;
    /** The run of a workflow with that dedupe key. */
    deduplicated(workflowId: string, dedupeKey: string): Promise<RunRow | undefined>;
    list(query: { projectId: string; workflowId?: string; limit: number; before?: string }): Promise<RunRow[]>;
    /** In the order in which they first appeared. */
    steps(of: { projectId: string; runId: string; aboveSequence?: number }): Promise<StepRow[]>;
    attempts(of: { projectId: string; runIds: readonly string[] }): Promise<AttemptRow[]>;
    /** Ids of sub-runs and theirs, without the run itself. */
    descendants(runId: string): Promise<readonly string[]>;
    /** Takes runs that are due or whose owner is gone; raises their fence. */
    claim(of: { owner: string; leaseMs: number; limit: number; nowMs: number }): Promise<RunRow[]>;
    /** Extends all leases of an owner; gives the runs that are still its own. */
    heartbeat(of: { owner: string; leaseMs: number; nowMs: number }): Promise<readonly OwnedRun[]>;
    /** Makes due what processes of this home left behind; '' means every run. Nobody else may use the home. */
    free(of: { home: string; nowMs: number }): Promise<number>;
    /** All rows or none; undefined: the run is not this owner's any more, nothing was written. */
    commit(write: RunWrite): Promise<Omit<OwnedRun, 'id'> | undefined>;
    /** Asks for the end of a run and its sub-runs; their owners see it at the next commit or heartbeat. Gives those asked. */
    cancel(projectId: string, id: string, atMs: number): Promise<readonly string[]>;
    /** Gives a run another budget in the place of the one it had; false: it has not that one any more. */
    changeBudget(of: { projectId: string; id: string; from: string | null; to: string }): Promise<boolean>;
    /** A failed or cancelled run goes on with these steps as they are given; false: it is not one. */
    reopen(of: {
      projectId: string;
      id: string;
      version: number;
      budget: string | null;
      deadlineAt: number | null;
      sequence: number;
      steps: readonly StepRow[];
      atMs: number;
    }): Promise<boolean>;
  };
  readonly triggers: {
    /** Replaces those of a workflow. */
    put(workflowId: string, rows: readonly TriggerRow[]): Promise<void>;
    all(workflowId: string): Promise<TriggerRow[]>;
    find(workflowId: string, name: string): Promise<TriggerRow | undefined>;
    /** Cron triggers that are due. */
    due(nowMs: number, limit: number): Promise<TriggerRow[]>;
    /** Moves a trigger on if it still stands at `fromMs`; of several processes one gets true. */
    advance(id: string, of: { fromMs: number; toMs: number }): Promise<boolean>;
  };
}

export interface WorkflowRow {
  readonly id: string;
  readonly project_id: string;
  /** Unique among those of the project that are not deleted. */
  readonly name: string;
  readonly description: string;
  readonly latest_version: number;
  /** Offered as a tool by Weir's MCP server. 1 or 0. */
  readonly published: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly deleted_at: number | null;
}

export interface WorkflowVersionRow {
  readonly workflow_id: string;
  readonly version: number;
  /** The document as it was sent, as JSON. */
  readonly document: string;
  readonly created_by: string;
  readonly created_at: number;
}

export type RunStatus = 'pending' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
export type StepStatus =
  | 'pending'
  | 'running'
  | 'waiting'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'needs_attention';

/** One execution. JSON columns may be sealed by the caller. */
export interface RunRow {
  readonly id: string;
  readonly project_id: string;
  readonly workflow_id: string;
  readonly version: number;
  readonly status: RunStatus;
  /** JSON. */
  readonly input: string;
  readonly output: string | null;
  /** JSON: {code, message, step?}. */
  readonly error: string | null;
  /** The key it acts as. */
  readonly key_id: string;
  readonly user_id: string | null;
  /** The run and step that started it; null at the top. */
  readonly parent_run_id: string | null;
  readonly parent_path: string | null;
  /** The run it was forked from; null: none. */
  readonly forked_from: string | null;
  /** api, cron, webhook, mcp, workflow. */
  readonly trigger: string;
  /** At most one run of a workflow has it; null: no deduplication. */
  readonly dedupe_key: string | null;
  /** JSON: budget of this run, instead of the definition's; null: the definition's. Commits leave it alone: whoever is told to raises it. */
  readonly budget: string | null;
  /** Epoch ms after which it fails; null: never. */
  readonly deadline_at: number | null;
  readonly cancel_requested: number;
  readonly owner: string | null;
  readonly lease_until: number | null;
  readonly fence: number;
  /** Without an owner: due then; null: over, or until somebody wakes it. With one: something happened at that time. */
  readonly wake_at: number | null;
  readonly sequence: number;
  /** Sums over its attempts, sub-runs included, as far as they are known; at most 2^53 nano-USD. */
  readonly cost_nano: number;
  readonly tokens_used: number;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
}

/** What an owner must know of a run besides its own rows. */
export interface OwnedRun {
  readonly id: string;
  readonly cancel_requested: number;
  /** Set while it is owned: somebody decided something, or a sub-run ended. */
  readonly wake_at: number | null;
}

/** The state of one step of a run: `workflow_execution_steps`. */
export interface StepRow {
  readonly run_id: string;
  readonly path: string;
  /** 1, 2, 3 ... in the order in which the steps of the run appeared. */
  readonly position: number;
  readonly step_name: string;
  readonly type: string;
  readonly status: StepStatus;
  /** JSON; null while there is none. */
  readonly output: string | null;
  readonly raw: string | null;
  /** JSON: {code, message}. */
  readonly error: string | null;
  /** Attempts after the first. */
  readonly retry_count: number;
  readonly tokens_used: number;
  readonly cost_nano: number;
  readonly model_name: string | null;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  /** Of wait, approval and backoff: when it goes on by itself. */
  readonly due_at: number | null;
  /** The run's sequence at the last change. */
  readonly sequence: number;
  /** The run whose row this was before a fork; null: its own. */
  readonly reused_from: string | null;
}

export interface AttemptRow {
  readonly run_id: string;
  readonly path: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** running: the intent · answered: the answer is kept, not yet settled · completed, failed · lost: its process died. */
  readonly status: 'running' | 'answered' | 'completed' | 'failed' | 'lost';
  readonly effect: 'none' | 'idempotent' | 'once';
  /** JSON as rendered. */
  readonly input: string;
  /** The same for every try of one effect; of workflow steps the id of the sub-run. */
  readonly idempotency_key: string;
  /** Of the model call it makes; null: it makes none. */
  readonly request_id: string | null;
  /** JSON; the kept answer, then the result. */
  readonly answer: string | null;
  readonly error: string | null;
  readonly tokens_used: number;
  /** Null until the ledger's record is known. */
  readonly cost_nano: number | null;
  readonly model_name: string | null;
  /** JSON: what each model cost, as the ledger has it; null while it is not known, or when none was asked through Weir. */
  readonly models: string | null;
  readonly started_at: number;
  readonly ended_at: number | null;
}

/** One commit of a run. Rows replace those with the same key; none may appear twice. */
export interface RunWrite {
  readonly runId: string;
  readonly projectId: string;
  readonly owner: string;
  readonly fence: number;
  /** Of the run after this commit: one more than before. */
  readonly sequence: number;
  readonly steps: readonly StepRow[];
  /** Input and keys of an attempt stay as they were first written. */
  readonly attempts: readonly AttemptRow[];
  /** New items; one whose id is there already is left alone. */
  readonly inbox: readonly InboxRow[];
  /** Runs that begin with this commit; one that is there already is left alone. */
  readonly children: readonly RunRow[];
  readonly run: RunState;
}

/**
 * The run after a commit. Parked (status waiting or pending): it has no owner any more, and an earlier `wake_at` that somebody
 * set meanwhile stays. Over: it has none either, its open inbox items are cancelled and its parent is woken.
 */
export interface RunState
  extends Pick<
    RunRow,
    'status' | 'output' | 'error' | 'wake_at' | 'started_at' | 'ended_at' | 'cost_nano' | 'tokens_used'
  > {
  readonly isReleased: boolean;
}

export interface TriggerRow {
  readonly id: string;
  readonly workflow_id: string;
  readonly project_id: string;
  readonly name: string;
  readonly type: 'cron' | 'webhook';
  /** JSON: the trigger of the definition. */
  readonly definition: string;
  /** Sealed HMAC secret of a webhook; null for cron. */
  readonly secret: string | null;
  /** The key whose name its runs act in. */
  readonly key_id: string;
  /** Epoch ms; null for webhooks. */
  readonly next_at: number | null;
}

/** Something that waits for a person. */
export interface InboxRow {
  readonly id: string;
  readonly project_id: string;
  /** alert: tells of a budget; nothing waits for it. */
  readonly kind: 'approval' | 'budget' | 'needs_attention' | 'tool_change' | 'elicitation' | 'call' | 'alert';
  readonly status: 'open' | 'approved' | 'rejected' | 'expired' | 'cancelled';
  /** One line. */
  readonly title: string;
  /** JSON: what is asked, without secrets. */
  readonly detail: string;
  /** JSON Schema of what the person fills in; null: nothing. */
  readonly form: string | null;
  readonly run_id: string | null;
  readonly path: string | null;
  readonly created_at: number;
  /** Epoch ms; null: never. */
  readonly expires_at: number | null;
  readonly decided_at: number | null;
  readonly decided_by: string | null;
  /** JSON: what the person filled in. */
  readonly data: string | null;
}
