import { Datasets } from '../../features/evaluations/datasets/datasets.ts';
import { readItem } from '../../features/evaluations/datasets/read-items.ts';
import {
  type PlaceCases,
  placeStarters,
  projectsWithoutStarters,
  WEIR,
} from '../../features/prompts/starters/place-starters.ts';
import { isWeirError } from '../../kernel/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Stores } from '../stores.ts';

/** Nothing waits for starters in vain: what fails is reported, and done at the next `placeAll`. */
export interface Starters {
  /** Gives this project its starters. */
  place(projectId: string): Promise<void>;
  /** Gives every project that has none its starters. */
  placeAll(): Promise<void>;
}

/** The prompts that every project begins with, and their datasets and evaluators. */
export function composeStarters(
  { storage, projects, seal }: Stores,
  { clock, report }: { clock: Clock; report: (error: unknown) => void },
): Starters {
  const store = storage.prompts;
  const { evaluators, datasets: rows } = storage.evaluations;
  const datasets = new Datasets({ store: rows, seal, clock });
  const cases: PlaceCases = {
    async dataset({ projectId, name, items }) {
      const add = items.map((item, at) => readItem({ ...item, vars: { ...item.vars } }, `items.${at}`));
      await datasets.change({ projectId, name, author: WEIR, add, remove: [], replace: false });
    },
    async evaluator({ projectId, name, type, options }) {
      const row = { project_id: projectId, name, version: 1, type, options: JSON.stringify(options), author: WEIR };
      try {
        await evaluators.insert({ ...row, created_at: clock.now() });
      } catch (error) {
        if (!isWeirError(error) || error.code !== 'conflict') throw error;
      }
    },
  };
  const place = (projectId: string) => placeStarters(projectId, { store, clock, cases });
  const placeAll = async () => {
    const ids = projects.list().map(({ id }) => id);
    for (const id of await projectsWithoutStarters(ids, store)) await place(id);
  };
  return { place: (projectId) => place(projectId).catch(report), placeAll: () => placeAll().catch(report) };
}
