import type { LogPolicies } from '../../../../features/log-sampling/policies/log-policies.ts';
import type { LogServiceRow } from '../../../../ports/storage.ts';
import type { WeirRequest } from '../../../route.ts';
import { type KnownProjects, projectOf } from '../project-scope.ts';

/** The service that the path names. Throws `resource.not_found`. */
export function serviceOf(
  request: WeirRequest,
  of: { projects: KnownProjects; policies: Pick<LogPolicies, 'service'> },
): Promise<LogServiceRow> {
  const { service } = request.params as { service: string };
  return of.policies.service(projectOf(request, of.projects), service);
}
