import type { ProjectObject } from '@weir/contract';
import { useRead } from '../api/use-read.ts';

/** The projects that a person may see. */
export function useProjects(): readonly ProjectObject[] {
  return useRead<{ data: readonly ProjectObject[] }>('/api/v1/projects?limit=1000').data?.data ?? [];
}

/** What people call a project; its id when it is not theirs to see. */
export function useProjectName(): (id: string) => string {
  const names = new Map(useProjects().map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}
