import type { ConversationStore } from './conversation-store.ts';
import type { EvaluationStore } from './evaluation-store.ts';
import type { InboxStore } from './inbox.ts';
import type { PromptStore } from './prompt-store.ts';
import type { WorkflowStore } from './workflow-store.ts';

/** Everything Weir keeps besides the ledger. Ids and times come from the caller; storage writes what it is given. */

export interface KeyRow {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  /** SHA-256 of the key, hex. */
  readonly hash: string;
  /** Last four characters, for people. */
  readonly last4: string;
  readonly role: string;
  /** JSON: limits, budget, models, routes, endpoints. */
  readonly scopes: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
}

export interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly created_at: number;
}

export interface CredentialRow {
  readonly id: string;
  readonly provider: string;
  readonly scope: 'server' | 'project' | 'user';
  readonly project_id: string;
  /** '' unless scope is user. */
  readonly user_id: string;
  /** Origin the secret is bound to; part of the associated data. */
  readonly origin: string;
  readonly base_url: string | null;
  /** base64 of nonce + ciphertext + tag. */
  readonly sealed: string;
  readonly master_key_id: string;
  readonly last4: string;
  readonly created_at: number;
}

/** Run-time configuration made through the API (routes, provider settings). */
export interface SettingRow {
  readonly kind: string;
  readonly name: string;
  /** JSON; secrets never stand here. */
  readonly value: string;
  readonly updated_at: number;
}

/** An object that lives at a provider (resp_, file-, batch_ ids), or one that Weir keeps itself. */
export interface ProviderObjectRow {
  readonly id: string;
  /**
   * `file_content` and `line_of_...` belong to files and batches that live in Weir and are never listed; `content` is what was
   * said in a call, under the call's id.
   */
  readonly kind: 'response' | 'file' | 'batch' | 'message_batch' | 'file_content' | 'content' | `line_of_${string}`;
  readonly project_id: string;
  readonly user_id: string | null;
  /** '' when the object lives in Weir. */
  readonly provider: string;
  readonly credential_id: string;
  readonly previous_id: string | null;
  /** Encrypted JSON: a response and its input items kept by Weir, or a file or batch as last seen; null when there is no copy. */
  readonly content: string | null;
  readonly created_at: number;
}

export interface IdempotencyRow {
  /** project and key and route and Idempotency-Key, hashed. */
  readonly id: string;
  readonly body_hash: string;
  /** null while the first call is in flight. */
  readonly status: number | null;
  readonly headers: string | null;
  /** Encrypted reply body, base64. */
  readonly body: string | null;
  readonly created_at: number;
}

export interface AuditRow {
  readonly id: string;
  readonly at: number;
  readonly project_id: string;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  /** JSON without secrets. */
  readonly detail: string;
  /** SHA-256 over the previous row's hash and this row. */
  readonly hash: string;
}

/** A service whose log lines are sampled. */
export interface LogServiceRow {
  /** Counts up from 1 over all projects. */
  readonly id: number;
  readonly project_id: string;
  /** Unique in its project. */
  readonly name: string;
  /** PostHog's team; null: nobody named one. */
  readonly team_id: number | null;
  /** JSON: the versions that were activated, the one in force last. */
  readonly activated: string;
  /** Epoch ms until which everything is kept; null: rates hold. */
  readonly full_fidelity_until: number | null;
  /** JSON: boosts of the last hour. */
  readonly boosts: string;
  readonly created_at: number;
}

/** One version of a service's policy; it never changes. */
export interface LogPolicyRow {
  /** Counts up from 1 over all services. */
  readonly policy_id: number;
  readonly service_id: number;
  /** Counts up from 1 in its service. */
  readonly version: number;
  /** JSON for lists: author, model, what it was expected to keep. */
  readonly summary: string;
  /** JSON: the policy. */
  readonly document: string;
  readonly created_at: number;
}

export interface Storage {
  readonly keys: {
    all(): Promise<KeyRow[]>;
    get(id: string): Promise<KeyRow | undefined>;
    insert(row: KeyRow): Promise<void>;
    update(id: string, patch: Partial<Omit<KeyRow, 'id'>>): Promise<void>;
  };
  readonly projects: {
    all(): Promise<ProjectRow[]>;
    insert(row: ProjectRow): Promise<void>;
  };
  readonly credentials: {
    all(): Promise<CredentialRow[]>;
    /** Replaces the row with the same provider, scope, project and user. */
    put(row: CredentialRow): Promise<void>;
    delete(id: string): Promise<boolean>;
  };
  readonly settings: {
    all(kind: string): Promise<SettingRow[]>;
    put(row: SettingRow): Promise<void>;
    delete(kind: string, name: string): Promise<boolean>;
  };
  readonly objects: {
    get(id: string): Promise<ProviderObjectRow | undefined>;
    insert(row: ProviderObjectRow): Promise<void>;
    /** Replaces what is kept of an object; nothing happens when it is not there. */
    update(id: string, content: string | null): Promise<void>;
    delete(id: string): Promise<boolean>;
    /** Newest first; `before` is the id the page starts after. */
    list(query: { kind: string; projectId: string; limit: number; before?: string }): Promise<ProviderObjectRow[]>;
  };
  /** What was said: among the objects, but deleted by other rules. */
  readonly content: {
    /** Everything of an end user: conversations, objects of any kind, items of datasets and what runs made of them; gives how much went. */
    erase(owner: { projectId: string; userId: string }): Promise<number>;
    /** What was said in calls of one project before a time, at most `limit` at once; gives how much went. */
    forgetOld(oldest: { projectId: string; beforeMs: number; limit: number }): Promise<number>;
  };
  readonly idempotency: {
    /** Inserts if absent; gives the row that stands there otherwise. */
    begin(row: IdempotencyRow): Promise<IdempotencyRow | undefined>;
    finish(id: string, reply: { status: number; headers: string; body: string }): Promise<void>;
    /** Puts `row` in the place of exactly this unfinished or outlived row; false when another process was faster. */
    replace(standing: IdempotencyRow, row: IdempotencyRow): Promise<boolean>;
    delete(id: string): Promise<void>;
    prune(beforeMs: number): Promise<void>;
  };
  readonly audit: {
    last(): Promise<AuditRow | undefined>;
    /**
     * Stores the row that `make` gives for the one stored last. Nobody, in any process, stores another in between, so that
     * a chain of hashes stays one line.
     */
    append(make: (last: AuditRow | undefined) => AuditRow): Promise<void>;
    list(query: { projectId?: string; limit: number; before?: string }): Promise<AuditRow[]>;
    /** Hash of the newest row that retention took away; '' when the chain is whole. */
    anchor(): Promise<string>;
  };
  readonly logServices: {
    /** Oldest first. */
    all(projectId: string): Promise<LogServiceRow[]>;
    get(projectId: string, name: string): Promise<LogServiceRow | undefined>;
    /** Makes the service unless it is there; gives the one that stands. */
    claim(row: Omit<LogServiceRow, 'id'>): Promise<LogServiceRow>;
    update(
      id: number,
      patch: Partial<Pick<LogServiceRow, 'activated' | 'full_fidelity_until' | 'boosts'>>,
    ): Promise<void>;
  };
  readonly logPolicies: {
    /** Stores the next version of a service. */
    append(row: Omit<LogPolicyRow, 'policy_id' | 'version'>): Promise<{ policy_id: number; version: number }>;
    get(serviceId: number, version: number): Promise<LogPolicyRow | undefined>;
    /** Newest first; `before` is the version the page starts after. */
    list(query: { serviceId: number; limit: number; before?: number }): Promise<Omit<LogPolicyRow, 'document'>[]>;
  };
  readonly workflows: WorkflowStore;
  readonly inbox: InboxStore;
  readonly conversations: ConversationStore;
  readonly prompts: PromptStore;
  readonly evaluations: EvaluationStore;
  /** Records that an analytics sink has not taken yet; filled by the ledger when there is one. */
  readonly outbox: {
    /** Oldest first; `record` is the UsageRecord as JSON, null when it is gone. They stay until `done`. */
    take(limit: number): Promise<{ request_id: string; record: string | null }[]>;
    done(ids: readonly string[]): Promise<void>;
    size(): Promise<number>;
    /** Gives how many were left out. */
    forgetOldest(limit: number): Promise<number>;
  };
  /** Deletes the oldest rows before a time, at most `limit` at once; each gives how many went. */
  readonly retention: {
    /** Records of calls with their tags and scores; the sums of hours and days stay. */
    forgetUsage(oldest: { beforeMs: number; limit: number }): Promise<number>;
    /** Responses that Weir keeps, and outputs of evaluation runs; their scores stay. */
    forgetContent(oldest: { beforeMs: number; limit: number }): Promise<number>;
    /** Runs of workflows that are over, with their steps, attempts and decisions. */
    forgetRuns(oldest: { beforeMs: number; limit: number }): Promise<number>;
    /** From the beginning of the audit log; its newest row always stays. */
    forgetAudit(oldest: { beforeMs: number; limit: number }): Promise<number>;
  };
  /** Small named values: master key check, schema notes. */
  readonly values: {
    get(name: string): Promise<string | undefined>;
    put(name: string, value: string): Promise<void>;
    /** Puts the value unless there is one; gives the one that stands. Of several processes that claim at once one wins. */
    claim(name: string, value: string): Promise<string>;
  };
  /** A cheap round trip, for health. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
