import { useAct } from './use-act.ts';
import { type Read, useRead } from './use-read.ts';

/** What a project decides for itself: `guardrails`, `cache`, `capture` ...; a section that is not there is the configuration's. */
export type Policy = Readonly<Record<string, unknown>>;

/** A project's policy, and how one section of it is replaced; undefined gives the section back to the configuration. */
export function usePolicy(projectId: string) {
  const path = `/api/v1/projects/${encodeURIComponent(projectId)}/policy`;
  const policy: Read<Policy> = useRead<Policy>(path);
  const put = useAct<Policy, Policy>(`PUT ${path}`, { refresh: [path], done: 'Saved, for the next call' });
  return {
    policy,
    save: (section: string, value: unknown) => put.run({ ...policy.data, [section]: value }),
    isSaving: put.isRunning,
    problem: put.problem,
  };
}
