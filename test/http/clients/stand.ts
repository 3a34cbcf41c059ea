import type { JournalEntry } from '../../../server/src/simulator/journal.ts';
import { type Simulator, startSimulator } from '../../../server/src/simulator/server.ts';
import { simulatorProviders } from '../../../server/src/simulator/simulator-providers.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';

/** Weir in a process of its own, before the simulated providers in this one. */
export interface Stand {
  readonly weir: RunningWeir;
  readonly simulator: Simulator;
  /** What a client is given as its key. */
  readonly key: string;
  /** The request that reached a provider last. */
  lastSent(): JournalEntry;
  close(): Promise<void>;
}

/** No retries and no breaker, so that every fault reaches the client as it is. */
const PLAIN = `
retry: { max_attempts: 0 }
breaker: { consecutive_failures: 1000000, minimum_calls: 1000000 }
`;

export async function startStand(config: string = PLAIN): Promise<Stand> {
  const simulator = await startSimulator({ latency: { firstTokenMs: 0, interTokenMs: 0 } });
  const weir = await startWeir({ config, env: { ...simulatorProviders(simulator.url) } });
  return {
    weir,
    simulator,
    key: await weir.key(),
    lastSent() {
      const entry = simulator.journal.entries.findLast(({ method }) => method === 'POST');
      if (entry === undefined) throw new Error('nothing was sent to a provider');
      return entry;
    },
    async close() {
      await weir.stop();
      await simulator.close();
    },
  };
}
