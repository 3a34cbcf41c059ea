import type { DatasetObject, EvalRunObject } from '@weir/contract';
import { type Read, useRead } from '../../api/use-read.ts';

export const RUNS = '/api/v1/eval-runs';
export const DATASETS = '/api/v1/datasets';
export const EVALUATORS = '/api/v1/evaluators';
export const EVALUATIONS = '/api/v1/evaluations';

export interface List<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
}

export function inProject(path: string, project: string, more: Readonly<Record<string, string>> = {}): string {
  return `${path}?${new URLSearchParams({ project_id: project, ...more })}`;
}

/** The newest runs; read again while one of them runs. */
export function useRuns(project: string): Read<List<EvalRunObject>> {
  const path = inProject(RUNS, project, { limit: '200' });
  return useRead<List<EvalRunObject>>(path, { everyMs: 3000 });
}

export function useDatasets(project: string): Read<List<DatasetObject>> {
  return useRead<List<DatasetObject>>(inProject(DATASETS, project, { limit: '1000' }));
}

/** A run as people tell it from others. */
export function nameOfRun({ name, model, prompt, id }: EvalRunObject): string {
  const what = prompt === null ? model : `${prompt.name} ${prompt.version} with ${model}`;
  return name === '' ? `${what} (${id.slice(-6)})` : name;
}

export function levelOfRun(status: EvalRunObject['status']) {
  if (status === 'completed') return 'good';
  if (status === 'failed') return 'bad';
  return status === 'running' ? 'quiet' : 'warn';
}
