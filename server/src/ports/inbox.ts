import type { InboxRow } from './workflow-store.ts';

export interface InboxStore {
  /** Does nothing when the id is there. */
  put(row: InboxRow): Promise<void>;
  get(projectId: string, id: string): Promise<InboxRow | undefined>;
  /** Newest first; `before` is the id the page starts after. */
  list(query: {
    projectId: string;
    status?: InboxRow['status'];
    kind?: InboxRow['kind'];
    runId?: string;
    limit: number;
    before?: string;
  }): Promise<InboxRow[]>;
  /** Decides an open item and wakes its run in one transaction; undefined: it is not open any more, or unknown. */
  decide(of: {
    projectId: string;
    id: string;
    status: 'approved' | 'rejected' | 'expired' | 'cancelled';
    data: string | null;
    by: string;
    atMs: number;
  }): Promise<InboxRow | undefined>;
  /** Ends an approval that is still good; of several who ask, one gets true. */
  useUp(of: { projectId: string; id: string; atMs: number }): Promise<boolean>;
  openCount(projectId: string): Promise<number>;
}
