import { workflowJsonSchema } from '@weir/contract';
import { cliPage } from './cli-page.ts';
import { configPage } from './config-page.ts';
import { errorsPage } from './errors-page.ts';
import { metricsPage } from './metrics-page.ts';
import { pipelinePage } from './pipeline-page.ts';

/** Text of every generated page by its path from the root. */
export async function referencePages(): Promise<Record<string, string>> {
  return {
    'docs/reference/cli.md': await cliPage(),
    'docs/reference/config.md': configPage(),
    'docs/reference/errors.md': errorsPage(),
    'docs/reference/metrics.md': metricsPage(),
    'docs/reference/pipeline.md': pipelinePage(),
    'docs/reference/workflow-document.schema.json': `${JSON.stringify(workflowJsonSchema(), undefined, 1)}\n`,
  };
}
