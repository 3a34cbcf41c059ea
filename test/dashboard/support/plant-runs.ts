import { vi } from 'vitest';
import { plant } from './plant.ts';
import type { Stand } from './stand.ts';

const ITEMS = 40;

/** A dataset of 40 questions and two runs over it that are over: the first is right on 10, the second on 36. */
export async function plantRuns(
  stand: Stand,
  dataset: string,
): Promise<{ dataset: string; baseline: string; candidate: string }> {
  const items = Array.from({ length: ITEMS }, (_, at) => ({
    id: `question-${String(at).padStart(2, '0')}`,
    vars: { input: `Word ${at}?`, first: at < 10 ? 'right' : 'wrong', second: at < 36 ? 'right' : 'wrong' },
    expected: 'right',
  }));
  const { id: datasetId } = await plant(stand, 'POST /api/v1/datasets', { name: dataset, items: items.map(withInput) });
  const run = async (name: string, template: string) => {
    const { id } = await plant(stand, 'POST /api/v1/eval-runs', {
      ...{ name, dataset: datasetId, evaluators: [{ type: 'exact' }] },
      candidate: { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: template }] },
    });
    await over(stand, id);
    return id as string;
  };
  const baseline = await run('as it is', 'say "{{ first }}"');
  return { dataset: datasetId, baseline, candidate: await run('with examples', 'say "{{ second }}"') };
}

function withInput({ vars, ...item }: { vars: { input: string } }) {
  return { ...item, vars, input: vars.input };
}

async function over(stand: Stand, id: string): Promise<void> {
  const isOver = async () => (await plant(stand, `GET /api/v1/eval-runs/${id}`)).status !== 'running';
  await vi.waitUntil(isOver, { timeout: 30_000 });
}
