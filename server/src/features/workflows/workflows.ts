import type { Json, JsonObject } from '../../kernel/json.ts';
import type { InboxRow, RunStatus, StepStatus, TriggerRow } from '../../ports/workflow-store.ts';
import type { Flow } from './flow.ts';

/** Who asks: the key whose name runs act in, and the end user it names. */
export interface Actor {
  readonly projectId: string;
  readonly keyId: string;
  readonly userId?: string | undefined;
}

/**
 * Everything that HTTP routes, the MCP server and triggers do with workflows. Methods reject with WeirErrors:
 * `resource.not_found` for what the project does not have, `request.invalid` (details.problems) for documents,
 * `conflict` for what the present state does not allow.
 */
export interface Workflows {
  /** Checks the document and stores version 1. `conflict`: the project has a workflow of that name. */
  create(by: Actor, document: Json): Promise<Workflow>;
  /** Stores the next version; running runs keep theirs. */
  update(by: Actor, id: string, document: Json): Promise<Workflow>;
  /** With the document of the version asked for; absent: the newest. */
  get(projectId: string, id: string, version?: number): Promise<WorkflowWithDocument>;
  /** Newest first; `before` is the id the page starts after. */
  list(query: { readonly projectId: string; readonly limit: number; readonly before?: string }): Promise<Workflow[]>;
  versions(projectId: string, id: string): Promise<readonly WorkflowVersion[]>;
  /** Running runs go on; nothing new is started. */
  remove(projectId: string, id: string): Promise<void>;
  /** Offers it as a tool of Weir's MCP server, or no longer. */
  publish(projectId: string, id: string, published: boolean): Promise<Workflow>;
  /** Published workflows of a project with the flow of their newest version. */
  published(projectId: string): Promise<readonly { readonly workflow: Workflow; readonly flow: Flow }[]>;

  /** Starts a run; resolves when it is durable. `isNew` false: a run with that dedupe key was there. */
  execute(by: Actor, of: Execute): Promise<{ readonly id: string; readonly isNew: boolean }>;
  /** Resolves when the run is over, or after `timeoutMs`, or when it waits for a person; gives it as it is then. */
  settled(projectId: string, executionId: string, of: { timeoutMs: number; signal?: AbortSignal }): Promise<Execution>;
  /** Newest first, without steps. */
  executions(query: {
    readonly projectId: string;
    readonly workflowId?: string;
    readonly limit: number;
    readonly before?: string;
  }): Promise<readonly ExecutionSummary[]>;
  execution(projectId: string, id: string): Promise<Execution>;
  /**
   * Changes of a run as they are committed: first those above `aboveSequence`, then each as it comes; ends behind the one that
   * says that the run is over, or with the signal.
   */
  events(
    projectId: string,
    id: string,
    of: { readonly aboveSequence: number; readonly signal: AbortSignal },
  ): AsyncIterable<ExecutionEvent>;
  /** Ends a run and its sub-runs, calls in flight included. `conflict`: it is over. */
  cancel(projectId: string, id: string): Promise<Execution>;
  /** A new run that takes over what the old one finished before a step, at no cost. */
  fork(by: Actor, id: string, of: Fork): Promise<{ readonly id: string }>;
  /** Goes on with a failed or cancelled run from where it failed, optionally with a newer version. */
  resume(by: Actor, id: string, of: { readonly version?: number; readonly document?: Json }): Promise<Execution>;

  readonly inbox: {
    list(query: {
      readonly projectId: string;
      readonly status?: InboxRow['status'];
      readonly kind?: InboxRow['kind'];
      readonly runId?: string;
      readonly limit: number;
      readonly before?: string;
    }): Promise<readonly InboxItem[]>;
    get(projectId: string, id: string): Promise<InboxItem>;
    /**
     * Decides an open item; its run goes on at once. `data` must fit the item's form (`request.invalid` names the member).
     * Of `needs_attention`: `{outcome: happened | not_happened | skip, output?}`; of `budget`: `{usd?, calls?, tokens?}`, the new
     * limits of the run that refused, this one or one above; what was refused and is absent: twice the
     * old one. `conflict`: it is decided already.
     */
    decide(
      by: Actor,
      id: string,
      of: { readonly decision: 'approve' | 'reject'; readonly data?: Json },
    ): Promise<InboxItem>;
    openCount(projectId: string): Promise<number>;
  };

  readonly triggers: {
    all(projectId: string, workflowId: string): Promise<readonly TriggerRow[]>;
    find(workflowId: string, name: string): Promise<TriggerRow | undefined>;
  };
}

export interface Workflow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** The newest. */
  readonly version: number;
  readonly published: boolean;
  readonly created_at: number;
  readonly updated_at: number;
}

export interface WorkflowWithDocument extends Workflow {
  /** As it was sent. */
  readonly document: Json;
  /** Of the version that `document` is. */
  readonly flow: Flow;
}

export interface WorkflowVersion {
  readonly version: number;
  readonly created_by: string;
  readonly created_at: number;
}

export interface Execute {
  readonly workflowId: string;
  /** Absent: the newest. */
  readonly version?: number | undefined;
  /** Must fit the definition's schema; absent: `{}`. */
  readonly input?: Json | undefined;
  /** Instead of the definition's; absent members are the definition's. */
  readonly budget?: RunBudget | undefined;
  readonly dedupeKey?: string | undefined;
  readonly trigger: 'api' | 'cron' | 'webhook' | 'mcp';
}

export interface RunBudget {
  readonly usd?: number | undefined;
  readonly tokens?: number | undefined;
  readonly calls?: number | undefined;
}

export interface Fork {
  /** Path or name of the first step that runs again; absent: the one that failed. */
  readonly fromStep?: string | undefined;
  /** Another version of the workflow; absent: the run's. */
  readonly version?: number | undefined;
  /** Becomes the next version, which the new run has. */
  readonly document?: Json | undefined;
  /** Another input; absent: the run's. */
  readonly input?: Json | undefined;
}

export interface ExecutionSummary {
  readonly id: string;
  readonly execution_id: string;
  readonly workflow_id: string;
  readonly version: number;
  readonly status: RunStatus;
  readonly error: ExecutionError | null;
  readonly cost_usd: number;
  readonly tokens_used: number;
  readonly trigger: string;
  /** The key it acts as. */
  readonly key_id: string;
  readonly forked_from: string | null;
  readonly parent_execution_id: string | null;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly duration_ms: number | null;
}

export interface Execution extends ExecutionSummary {
  readonly input: Json;
  readonly output: Json;
  /** In the order they started. */
  readonly steps: readonly ExecutionStep[];
  /** By model as the ledger names it, sub-runs included; what was not asked through Weir by the name it was reported with. */
  readonly modelBreakdown: Readonly<Record<string, ModelShare>>;
  /** Of the newest change: where `events` goes on. */
  readonly sequence: number;
}

export interface ExecutionError {
  readonly code: string;
  readonly message: string;
  /** Path of the step that failed. */
  readonly step?: string;
}

export interface ExecutionStep {
  readonly step_name: string;
  readonly path: string;
  readonly type: string;
  readonly status: StepStatus;
  readonly output: Json;
  readonly error: ExecutionError | null;
  readonly retry_count: number;
  readonly tokens_used: number;
  readonly cost_usd: number;
  readonly model_name: string | null;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly duration_ms: number | null;
  /** When a waiting step goes on by itself. */
  readonly due_at: number | null;
  /** The run that did it, when this one only took it over. */
  readonly reused_from: string | null;
}

export interface ModelShare {
  readonly calls: number;
  readonly tokens_used: number;
  readonly cost_usd: number;
}

/** What one commit changed. */
export interface ExecutionEvent {
  readonly sequence: number;
  readonly execution: ExecutionSummary;
  /** The steps that changed, as they are now. */
  readonly steps: readonly ExecutionStep[];
}

export interface InboxItem {
  readonly id: string;
  readonly kind: InboxRow['kind'];
  readonly status: InboxRow['status'];
  readonly title: string;
  readonly detail: Json;
  readonly form: JsonObject | null;
  readonly execution_id: string | null;
  readonly step: string | null;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly decided_at: number | null;
  readonly decided_by: string | null;
  readonly data: Json;
}
