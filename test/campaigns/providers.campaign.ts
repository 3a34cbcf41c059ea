import { startMockStand } from '../http/clients/aimock/mock-stand.ts';
import { allCells, type Result, renderTable } from '../http/clients/aimock/providers-table.ts';
import { runCell } from '../http/clients/aimock/run-cell.ts';
import { type Campaign, seeded, shuffled } from './campaign.ts';

const cells = allCells();

const providers: Campaign = {
  name: 'providers',
  describe: 'conversations of every client wire with every provider, whole and streamed, before a mock',
  n: cells.length,
  async run({ n, seed }) {
    const stand = await startMockStand();
    const results: Result[] = [];
    try {
      for (const cell of shuffled(cells, seeded(seed)).slice(0, n)) {
        results.push({ cell, verdict: await runCell(stand, cell) });
      }
    } finally {
      await stand.close();
    }
    const count = (state: string) => results.filter(({ verdict }) => verdict.state === state).length;
    const failed = count('failed');
    return { attempted: count('passed') + failed, failed, report: renderTable(results) };
  },
};

export default providers;
