/** What prompts keep. Ids and times come from the caller. Templates are configuration, not what users said: they stay readable. */
export interface PromptStore {
  /** With its labels; archived ones too. */
  get(projectId: string, name: string): Promise<KeptPrompt | undefined>;
  /** By name, archived ones left out; `after` is the name the page starts after. */
  list(query: { projectId: string; limit: number; after?: string | undefined }): Promise<KeptPrompt[]>;
  version(projectId: string, name: string, version: number): Promise<PromptVersionRow | undefined>;
  /** Newest first; `before` is the version the page starts after. */
  versions(query: {
    projectId: string;
    name: string;
    limit: number;
    before?: number | undefined;
  }): Promise<PromptVersionRow[]>;
  /**
   * Stores version `prompt.latest` and moves labels to it, all or nothing. Throws `conflict` when that version stands, or
   * somebody moved one of the labels in the meantime.
   */
  append(of: {
    readonly prompt: PromptRow;
    readonly version: PromptVersionRow;
    readonly moves: readonly LabelMoveRow[];
  }): Promise<void>;
  /** Notes a move and lets the label point there. Throws `conflict` when somebody moved the label in the meantime. */
  move(row: LabelMoveRow): Promise<void>;
  /** Who may move a label and what for; the label need not point anywhere yet. */
  setRules(row: Pick<PromptLabelRow, 'project_id' | 'name' | 'label' | 'protected' | 'gate'>): Promise<void>;
  /** Newest first; `before` is the sequence the page starts after. */
  moves(query: {
    projectId: string;
    name: string;
    label: string;
    limit: number;
    before?: number | undefined;
  }): Promise<LabelMoveRow[]>;
  /** Null brings it back. False when there is no such prompt. */
  archive(projectId: string, name: string, atMs: number | null): Promise<boolean>;
  /** Projects that have a prompt of that name, archived ones too. */
  projectsWith(name: string): Promise<string[]>;
}

export interface PromptRow {
  readonly project_id: string;
  /** Unique in its project: `tutor/code_review`. */
  readonly name: string;
  readonly kind: 'chat' | 'text';
  /** For people; '' when nobody gave one. */
  readonly description: string;
  /** Its highest version. */
  readonly latest: number;
  readonly created_at: number;
  /** Of the latest version. */
  readonly updated_at: number;
  /** Null: it is in use. */
  readonly archived_at: number | null;
}

/** It never changes. */
export interface PromptVersionRow {
  readonly project_id: string;
  readonly name: string;
  /** Counts up from 1. */
  readonly version: number;
  /** SHA-256 of the content, hexadecimal: equal contents have the same. */
  readonly hash: string;
  /** JSON: messages, JSON Schema of the variables, model settings. */
  readonly content: string;
  /** What the author says about it; '' when nothing. */
  readonly message: string;
  /** Key that made it; `weir`: came with Weir. */
  readonly author: string;
  readonly created_at: number;
}

export interface PromptLabelRow {
  readonly project_id: string;
  readonly name: string;
  readonly label: string;
  /** JSON: versions with their weights; `[]`: it points nowhere. */
  readonly targets: string;
  /** 1: only operators may move it. */
  readonly protected: number;
  /** JSON: what a version must have shown before the label moves to it; null: nothing. */
  readonly gate: string | null;
  /** How often it was moved: the sequence of its last move. */
  readonly moves: number;
  /** Of the last move; 0: none yet. */
  readonly moved_at: number;
}

/** A label was moved. It never changes. */
export interface LabelMoveRow {
  readonly project_id: string;
  readonly name: string;
  readonly label: string;
  /** 1, 2, 3... of this label. */
  readonly sequence: number;
  /** rollback: back to what an earlier move had set · override: against its gate · remove: it points nowhere from here on. */
  readonly kind: 'move' | 'rollback' | 'override' | 'remove';
  readonly targets: string;
  /** Of a rollback: the move whose targets it brought back; null otherwise. */
  readonly restores: number | null;
  /** Key that moved it. */
  readonly author: string;
  /** '' when nobody gave one. */
  readonly reason: string;
  /** JSON: evaluation runs that its gate looked at. */
  readonly evidence: string;
  readonly created_at: number;
}

export interface KeptPrompt {
  readonly prompt: PromptRow;
  readonly labels: readonly PromptLabelRow[];
}

/** How a changed prompt is named to those who hold prompts in memory; see `ports/changes`. */
export function changedPrompt(projectId: string, name: string): string {
  return `${projectId} ${name}`;
}
