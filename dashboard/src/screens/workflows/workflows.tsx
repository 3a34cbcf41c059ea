import { useMay } from '../../api/session.ts';
import { usePlace } from '../../parts/location.ts';
import { NotForRole } from '../../parts/not-for-role.tsx';
import { NewWorkflow } from './new-workflow.tsx';
import { OneWorkflow } from './one-workflow.tsx';
import { OneRun } from './run/one-run.tsx';
import { WorkflowList } from './workflow-list.tsx';

/** `/workflows`, `/workflows/new`, `/workflows/<id>` and `/workflows/<id>/runs/<run>`. */
export function Workflows() {
  const [, id, runs, run] = usePlace().segments;
  const mayDevelop = useMay('develop');
  if (id === undefined) return <WorkflowList />;
  if (id === 'new') {
    if (mayDevelop) return <NewWorkflow />;
    return <NotForRole title="New workflow" needs="developer" back={['/workflows', 'All workflows']} />;
  }
  if (runs === 'runs' && run !== undefined) return <OneRun key={run} id={run} workflowId={id} />;
  return <OneWorkflow key={id} id={id} />;
}
