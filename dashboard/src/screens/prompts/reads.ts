import type { PromptLabelObject, PromptObject, PromptVersionObject } from '@weir/contract';
import { type Read, useRead } from '../../api/use-read.ts';

export const PROMPTS = '/api/v1/prompts';

export interface List<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
}

/** The address of a prompt or of something below it; names hold slashes. */
export function promptPath(name: string, project: string, below = ''): string {
  return `${PROMPTS}/${encodeURIComponent(name)}${below}?project_id=${encodeURIComponent(project)}`;
}

export function usePrompts(project: string): Read<List<PromptObject>> {
  return useRead(`${PROMPTS}?limit=1000&project_id=${encodeURIComponent(project)}`);
}

/** The newest two hundred versions. */
export function useVersions(name: string, project: string): Read<List<PromptVersionObject>> {
  return useRead(`${promptPath(name, project, '/versions')}&limit=200`);
}

export function useLabels(name: string, project: string): Read<List<PromptLabelObject>> {
  return useRead(promptPath(name, project, '/labels'));
}

/** `3`, or `3 (90%), 4 (10%)`. */
export function shownTargets(targets: PromptLabelObject['versions']): string {
  if (targets.length === 0) return 'nowhere';
  if (targets.length === 1) return `version ${targets[0]?.version}`;
  const all = targets.reduce((sum, { weight }) => sum + weight, 0);
  return targets.map(({ version, weight }) => `version ${version} (${Math.round((weight / all) * 100)}%)`).join(', ');
}
