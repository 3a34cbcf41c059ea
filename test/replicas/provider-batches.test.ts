import { toFile } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openaiClient } from '../http/pass-through/support.ts';
import { BATCH_INPUT, CHAT, resultLine, startBatchProvider } from '../support/batch-provider.ts';
import { requires } from '../support/optional.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { startReplicas } from '../support/replicas.ts';

requires('postgres')('a batch that its provider runs, behind two replicas', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.remove());

  test('is recorded once, whichever of them sees its end', async () => {
    const output = BATCH_INPUT.map((_, at) => resultLine(at)).join('\n');
    const provider = await startBatchProvider((response) => response.end(output));
    const config = `${provider.config}prices: { own/small: { input: 1, output: 2, batch: 0.5 } }`;
    const { replicas, stop } = await startReplicas(postgres, { count: 2, config });
    try {
      const [one, other] = replicas.map((replica) => openaiClient(replica));
      const file = await toFile(Buffer.from(BATCH_INPUT.join('\n')), 'in.jsonl');
      const headers = { 'x-weir-provider': 'own' };
      const input = await one?.files.create({ file, purpose: 'batch' }, { headers });
      await one?.batches.create({ input_file_id: input?.id ?? '', endpoint: CHAT, completion_window: '24h' });
      const looks = [one, other, one, other].map((client) => client?.batches.retrieve('batch_1'));
      await Promise.all(looks);
      const report = async () => (await replicas[1]?.api('GET /api/v1/usage/report?group_by=model'))?.json;
      const lines = async () =>
        (await report()).groups.find(({ model }: { model: string }) => model === 'small')?.request_count;
      await expect.poll(lines, { timeout: 15_000 }).toBe(40);
      await Promise.all([one?.batches.retrieve('batch_1'), other?.batches.retrieve('batch_1')]);
      // 10 tokens in at 1 and 5 out at 2 USD per million, half of it, 40 times.
      expect((await report()).total_cost).toBeCloseTo((40 * 20e-6) / 2, 12);
      expect(await lines()).toBe(40);
    } finally {
      await stop();
      await provider.close();
    }
  });
});
