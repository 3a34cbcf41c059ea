import type { Execution } from '../../../features/workflows/workflows.ts';
import { WeirError } from '../../../kernel/errors.ts';
import { keyOf, type WeirRequest } from '../../route.ts';
import { projectOf } from '../management/project-scope.ts';
import type { WorkflowRouteServices } from './services.ts';
import { idOf } from './workflows.ts';

/** The run that the path names. An application's key knows only the runs that it started. Throws `resource.not_found`. */
export async function ownExecution(
  request: WeirRequest,
  { workflows, projects }: Pick<WorkflowRouteServices, 'workflows' | 'projects'>,
): Promise<Execution> {
  const execution = await workflows.execution(projectOf(request, projects), idOf(request));
  const { role, id } = keyOf(request);
  if (role === 'inference' && execution.key_id !== id) throw new WeirError('resource.not_found');
  return execution;
}
