import { NativeSelect } from '@mantine/core';
import { useSession } from '../api/session.ts';
import { useQueryParameter } from './location.ts';
import { useProjects } from './project-names.ts';

/** The project that a screen shows: the one in the address, else the session's own. */
export function useProject(): string {
  const [asked] = useQueryParameter('project');
  const own = useSession()?.project_id ?? 'default';
  return asked === '' ? own : asked;
}

/** Query parameters that name one project, or (empty) all that the person may see. */
export interface ProjectScope {
  readonly project_id?: string;
}

/** What a screen sums up: the project in the address, else all for those who see all, and their own for others. */
export function useProjectScope(): ProjectScope {
  const [asked] = useQueryParameter('project');
  return asked === '' ? {} : { project_id: asked };
}

/** Chooses it; not there where a person sees one project only. `all`: of a screen that sums up a scope. */
export function ProjectPicker({ all = false }: { readonly all?: boolean }) {
  const own = useProject();
  const { project_id: project = all ? '' : own } = useProjectScope();
  const [, setAsked] = useQueryParameter('project');
  const projects = useProjects();
  if (projects.length < 2) return null;
  return (
    <NativeSelect
      aria-label="Project"
      value={project}
      onChange={(event) => setAsked(event.currentTarget.value)}
      data={[
        ...(all ? [{ value: '', label: 'All projects' }] : []),
        ...projects.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  );
}
