import type { UsageRecord } from '../kernel/usage-record.ts';

/** Something that happened, for whoever watches. */
export type LiveEvent =
  | { readonly kind: 'call'; readonly projectId: string; readonly record: UsageRecord }
  | {
      readonly kind: 'change';
      /** Undefined: of the whole server, which everybody may know. */
      readonly projectId: string | undefined;
      readonly object: string;
      /** Undefined: not told. */
      readonly id: string | undefined;
    };

export interface LiveBatch {
  /** Oldest first, each with the number it can be resumed behind. */
  readonly events: readonly { readonly number: number; readonly event: LiveEvent }[];
  /** Everything up to here was looked at. */
  readonly upTo: number;
  /** How many events are gone for good between what was asked for and the first that is here, of all projects. */
  readonly skipped: number;
}

/** The latest events of this process, which every reader reads at its own speed. */
export interface LiveEvents {
  /** Names this run of the process; numbers of another are of no use. */
  epoch(): Promise<string> | string;
  /** The number of the latest event. */
  latest(): Promise<number> | number;
  /** Events behind a number, of a project or (undefined) of all; waits up to `waitMs` for the first one. */
  after(of: { number: number; projectId: string | undefined; waitMs: number }): Promise<LiveBatch>;
}
