import type { Key } from '../../../features/access/key-store.ts';
import { WeirError } from '../../../kernel/errors.ts';
import { keyOf, type WeirRequest } from '../../route.ts';

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

/** Where things are looked for: in the key's project; an admin's are in `default` unless `project_id` of the query says otherwise. */
export function projectOf(request: WeirRequest, projects: KnownProjects): string {
  const { project_id } = request.query as { project_id?: string };
  return writeProject(keyOf(request), project_id === '' ? undefined : project_id, projects);
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
