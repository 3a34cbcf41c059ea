import type { InboxStore } from '../../../server/src/ports/inbox.ts';
import type { InboxRow } from '../../../server/src/ports/workflow-store.ts';

/** An inbox in memory, for tests of those who put something into it. */
export function memoryInbox(): InboxStore & { rows(): InboxRow[] } {
  const rows = new Map<string, InboxRow>();
  const place = (projectId: string, id: string) => `${projectId} ${id}`;
  return {
    rows: () => [...rows.values()],
    async put(row) {
      const at = place(row.project_id, row.id);
      if (!rows.has(at)) rows.set(at, row);
    },
    get: async (projectId, id) => rows.get(place(projectId, id)),
    list: async ({ projectId, status, kind, limit }) =>
      [...rows.values()]
        .filter((row) => row.project_id === projectId)
        .filter((row) => (status === undefined || row.status === status) && (kind === undefined || row.kind === kind))
        .slice(0, limit),
    async decide({ projectId, id, status, data, by, atMs }) {
      const row = rows.get(place(projectId, id));
      if (row?.status !== 'open') return undefined;
      const decided = { ...row, status, data, decided_by: by, decided_at: atMs };
      rows.set(place(projectId, id), decided);
      return decided;
    },
    async useUp({ projectId, id, atMs }) {
      const row = rows.get(place(projectId, id));
      const isGood = row?.status === 'approved' && row.expires_at !== null && row.expires_at > atMs;
      if (isGood) rows.set(place(projectId, id), { ...row, expires_at: atMs });
      return isGood;
    },
    openCount: async (projectId) =>
      [...rows.values()].filter((row) => row.project_id === projectId && row.status === 'open').length,
  };
}
