import type { Key } from '../../../features/access/key-store.ts';
import { WeirError } from '../../../kernel/errors.ts';

export interface KnownProjects {
  exists(id: string): boolean;
}

/** Where a write without `project_id` goes when an admin makes it. */
const DEFAULT_PROJECT = 'default';

/** The project a read is bound to; undefined is all of them, which only admins see. Foreign projects look like missing ones. */
export function readScope(key: Key, asked: string | undefined, projects: KnownProjects): string | undefined {
  if (asked !== undefined) return allowed(key, asked, projects);
  return key.role === 'admin' ? undefined : key.projectId;
}

/** The project a write goes to. */
export function writeProject(key: Key, asked: string | undefined, projects: KnownProjects): string {
  if (asked !== undefined) return allowed(key, asked, projects);
  return key.role === 'admin' ? DEFAULT_PROJECT : key.projectId;
}

/** What an id-taking route may touch: its own project, or for admins all. */
export function ownProject(key: Key): string | undefined {
  return key.role === 'admin' ? undefined : key.projectId;
}

function allowed(key: Key, asked: string, projects: KnownProjects): string {
  const isVisible = projects.exists(asked) && (key.role === 'admin' || key.projectId === asked);
  if (isVisible) return asked;
  throw new WeirError('resource.not_found', {
    param: 'project_id',
    message: 'project_id: there is no such project.',
  });
}
