import type { newDatasetSchema } from '@weir/contract';
import type { z } from 'zod';
import type { ItemToAdd } from '../../features/evaluations/datasets/datasets.ts';
import { readItem, readJsonLines, readRows } from '../../features/evaluations/datasets/read-items.ts';
import type { EvaluatorVersions } from '../../features/evaluations/evaluator-versions.ts';
import { parseCsv } from '../../features/reports/parse-csv.ts';
import type { JsonObject } from '../../kernel/json.ts';

type Given = Pick<z.infer<typeof newDatasetSchema>, 'items' | 'format' | 'text'>;

/** Items as they were given, or out of a file; checks of their own are resolved as those of runs are. */
export function newItems(evaluators: EvaluatorVersions) {
  return async ({ items = [], format, text = '' }: Given, projectId: string): Promise<ItemToAdd[]> => {
    const given = items.map(async ({ evaluators: asked = [], ...item }, at): Promise<ItemToAdd> => {
      const read = readItem(item as JsonObject, `items.${at}`);
      const resolve = (check: (typeof asked)[number], place: number) =>
        evaluators.resolve(check, { projectId, at: `items.${at}.evaluators.${place}` });
      const checks = await Promise.all(asked.map(resolve));
      return checks.length === 0 ? read : { ...read, content: { ...read.content, checks } };
    });
    const filed = format === 'csv' ? readRows(parseCsv(text)) : format === 'jsonl' ? readJsonLines(text) : [];
    return [...(await Promise.all(given)), ...filed];
  };
}
