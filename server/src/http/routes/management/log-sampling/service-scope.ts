import type { LogPolicies } from '../../../../features/log-sampling/policies/log-policies.ts';
import type { LogServiceRow } from '../../../../ports/storage.ts';
import { keyOf, type WeirRequest } from '../../../route.ts';
import { type KnownProjects, writeProject } from '../project-scope.ts';

/** Services belong to the key's project; an admin's are those of `default` unless `project_id` says otherwise. */
export function projectOf(request: WeirRequest, projects: KnownProjects): string {
  const { project_id } = request.query as { project_id?: string };
  return writeProject(keyOf(request), project_id === '' ? undefined : project_id, projects);
}

/** The service that the path names. Throws `resource.not_found`. */
export function serviceOf(
  request: WeirRequest,
  of: { projects: KnownProjects; policies: Pick<LogPolicies, 'service'> },
): Promise<LogServiceRow> {
  const { service } = request.params as { service: string };
  return of.policies.service(projectOf(request, of.projects), service);
}
