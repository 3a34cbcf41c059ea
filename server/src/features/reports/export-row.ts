/** What a provider says a model used in a stretch of time. */
export interface ExportRow {
  readonly provider: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Undefined when the export has no money in it. */
  readonly costUsd: number | undefined;
  /** Undefined when the export does not say; the query's period then counts. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** Half-open. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}
