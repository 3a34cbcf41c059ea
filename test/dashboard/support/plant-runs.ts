import { vi } from 'vitest';
import type { RunningWeir } from '../../support/weir.ts';

const ITEMS = 40;

/** A dataset of 40 questions and two runs over it that are over: the first is right on 10, the second on 36. */
export async function plantRuns(weir: RunningWeir): Promise<{ dataset: string; baseline: string; candidate: string }> {
  const make = async (request: string, body: object) => {
    const reply = await weir.api(request, body);
    if (reply.status !== 201) throw new Error(`${request}: ${reply.status} ${reply.text.slice(0, 300)}`);
    return reply.json;
  };
  const items = Array.from({ length: ITEMS }, (_, at) => ({
    id: `question-${String(at).padStart(2, '0')}`,
    vars: { input: `Word ${at}?`, first: at < 10 ? 'right' : 'wrong', second: at < 36 ? 'right' : 'wrong' },
    expected: 'right',
  }));
  const dataset = await make('POST /api/v1/datasets', { name: 'questions', items: items.map(withInput) });
  const run = async (name: string, template: string) => {
    const { id } = await make('POST /api/v1/eval-runs', {
      ...{ name, dataset: dataset.id, evaluators: [{ type: 'exact' }] },
      candidate: { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: template }] },
    });
    await over(weir, id);
    return id as string;
  };
  const baseline = await run('as it is', 'say "{{ first }}"');
  return { dataset: dataset.id, baseline, candidate: await run('with examples', 'say "{{ second }}"') };
}

function withInput({ vars, ...item }: { vars: { input: string } }) {
  return { ...item, vars, input: vars.input };
}

async function over(weir: RunningWeir, id: string): Promise<void> {
  await vi.waitUntil(async () => (await weir.api(`GET /api/v1/eval-runs/${id}`)).json.status !== 'running', {
    timeout: 30_000,
  });
}
