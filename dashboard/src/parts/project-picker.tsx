import { NativeSelect } from '@mantine/core';
import type { ProjectObject } from '@weir/contract';
import { useSession } from '../api/session.ts';
import { useRead } from '../api/use-read.ts';
import { useQueryParameter } from './location.ts';

/** The project that a screen shows: the one in the address, else the session's own. */
export function useProject(): string {
  const [asked] = useQueryParameter('project');
  const own = useSession()?.project_id ?? 'default';
  return asked === '' ? own : asked;
}

/** Chooses it; not there where a person sees one project only. */
export function ProjectPicker() {
  const project = useProject();
  const [, setAsked] = useQueryParameter('project');
  const projects = useRead<{ data: readonly ProjectObject[] }>('/api/v1/projects?limit=1000').data?.data ?? [];
  if (projects.length < 2) return null;
  return (
    <NativeSelect
      aria-label="Project"
      value={project}
      onChange={(event) => setAsked(event.currentTarget.value)}
      data={projects.map(({ id, name }) => ({ value: id, label: name }))}
    />
  );
}
