import { usePlace } from '../../parts/location.ts';
import { NewWorkflow } from './new-workflow.tsx';
import { OneWorkflow } from './one-workflow.tsx';
import { OneRun } from './run/one-run.tsx';
import { WorkflowList } from './workflow-list.tsx';

/** `/workflows`, `/workflows/new`, `/workflows/<id>` and `/workflows/<id>/runs/<run>`. */
export function Workflows() {
  const [, id, runs, run] = usePlace().segments;
  if (id === undefined) return <WorkflowList />;
  if (id === 'new') return <NewWorkflow />;
  if (runs === 'runs' && run !== undefined) return <OneRun key={run} id={run} workflowId={id} />;
  return <OneWorkflow key={id} id={id} />;
}
