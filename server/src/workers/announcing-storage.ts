import { changedPrompt } from '../ports/prompt-store.ts';
import type { Storage } from '../ports/storage.ts';

/** Tells who else holds these rows in memory that one changed; resolves when they have it. Never rejects. */
export type Announce = (kind: string, name: string) => Promise<void>;

/** A storage whose changes are in force in every thread when they resolve. The kinds are those of `ports/changes`. */
export function announcingStorage(storage: Storage, announce: Announce): Storage {
  const { keys, projects, credentials, settings, prompts } = storage;
  const changed = (of: { project_id: string; name: string }) =>
    announce('prompts', changedPrompt(of.project_id, of.name));
  return {
    ...storage,
    keys: {
      ...keys,
      async insert(row) {
        await keys.insert(row);
        await announce('keys', row.id);
      },
      async update(id, patch) {
        await keys.update(id, patch);
        await announce('keys', id);
      },
    },
    projects: {
      ...projects,
      async insert(row) {
        await projects.insert(row);
        await announce('projects', row.id);
      },
    },
    credentials: {
      ...credentials,
      async put(row) {
        await credentials.put(row);
        await announce('credentials', row.id);
      },
      async delete(id) {
        const isGone = await credentials.delete(id);
        await announce('credentials', id);
        return isGone;
      },
    },
    prompts: {
      ...prompts,
      async append(of) {
        await prompts.append(of);
        await changed(of.prompt);
      },
      async move(row) {
        await prompts.move(row);
        await changed(row);
      },
      async archive(projectId, name, atMs) {
        const isThere = await prompts.archive(projectId, name, atMs);
        await changed({ project_id: projectId, name });
        return isThere;
      },
    },
    settings: {
      ...settings,
      async put(row) {
        await settings.put(row);
        await announce(`setting:${row.kind}`, row.name);
      },
      async delete(kind, name) {
        const isGone = await settings.delete(kind, name);
        await announce(`setting:${kind}`, name);
        return isGone;
      },
    },
  };
}
