import { plant } from './plant.ts';
import { plantRuns } from './plant-runs.ts';
import type { Stand } from './stand.ts';

const WORKFLOW = {
  name: 'answer-letters',
  steps: [{ name: 'check', type: 'approval', config: { message: 'May this be sent?' } }],
};
const LINES = Array.from({ length: 40 }, (_, at) => ({ body: `cart ${at} priced`, severity: 'DEBUG' }));

/** Addresses of single things by what they are. */
export type PlantedPlaces = Readonly<Record<string, string>>;

/** One or more of everything that a screen shows. */
export async function plantEverything(stand: Stand): Promise<PlantedPlaces> {
  const make = (request: string, body: object) => plant(stand, request, body);
  const messages = [{ role: 'user', content: 'Explain {{ topic }}.' }];
  await make('POST /api/v1/prompts', { name: 'letter', messages, labels: ['production', 'staging'] });
  await make('PATCH /api/v1/prompts/letter/labels/production', { protected: true });
  const key = await make('POST /api/v1/keys', { name: 'checkout', limits: { requests_per_minute: 30 } });
  await make('PUT /api/v1/budgets', { scope: 'user', id: 'ana', usd: 5, period: 'day' });
  await make('POST /api/v1/credentials', { provider: 'openai', secret: 'sk-planted-secret-wxyz' });
  await make('PUT /api/v1/routes', { name: 'fast', targets: ['openai/gpt-4o-mini'] });
  const workflow = await make('POST /api/workflows', WORKFLOW);
  const run = await make(`POST /api/workflows/${workflow.id}/execute?wait=20`, {});
  await make('POST /api/v1/services', { name: 'carts' });
  const time = Date.now();
  const lines = LINES.map((line, at) => ({ ...line, time: time - at * 1000 }));
  await make('POST /api/v1/analysis/analyze', { service_name: 'carts', lines });
  await make('POST /api/v1/pipeline/generate-policy', { service_name: 'carts' });
  await make('POST /api/v1/pipeline/generate-policy', { service_name: 'carts' });
  const { dataset, baseline } = await plantRuns(stand, 'questions');
  const call = await stand.scene.chat({ model: 'openai/gpt-4o-mini', prompt: 'Mail bob@example.com, please.' });
  return {
    'a key': `/keys/${key.id}`,
    'a call': `/requests/${call.requestId}`,
    'a prompt': '/prompts/letter',
    'a dataset': `/evaluations/datasets/${dataset}`,
    'an evaluation run': `/evaluations/runs/${baseline}`,
    'a workflow': `/workflows/${workflow.id}`,
    'a run': `/workflows/${workflow.id}/runs/${run.id}`,
    'a service': '/logs/carts',
  };
}
