/**
 * Decides whether a label of a prompt may move. Asked once for every version that the label would newly point at; never for
 * a rollback, and never for a label that points nowhere yet.
 */
export type LabelGate = (of: LabelMove) => Promise<GateVerdict>;

export interface LabelMove {
  readonly projectId: string;
  /** Full name: `tutor/code_review`. */
  readonly prompt: string;
  readonly label: string;
  readonly terms: GateTerms;
  /** The version in force; of a weighted label the one with the most weight. */
  readonly from: number;
  readonly to: number;
}

/** What a label asks of a version before it moves there. */
export interface GateTerms {
  /** Name of the dataset that both versions must have been run over, with the same model and settings. */
  readonly dataset: string;
  /** Metrics that count; absent: every metric that both runs have. */
  readonly metrics?: readonly string[] | undefined;
  /** `better`: at least one metric better and none worse; `not_worse`: each metric better or equivalent. */
  readonly require: 'better' | 'not_worse';
  /** Differences up to this are equivalent, on the scale of scores (0..1). */
  readonly margin: number;
}

export type GateVerdict =
  | {
      readonly allowed: true;
      /** The evaluation runs that show it, as they stand in the label's history. */
      readonly runIds: readonly string[];
    }
  | {
      readonly allowed: false;
      /** For people: which runs are missing, which metric became worse, how many items are lacking. */
      readonly reason: string;
      /** Runs that were looked at; empty: there are none. */
      readonly runIds: readonly string[];
    };
