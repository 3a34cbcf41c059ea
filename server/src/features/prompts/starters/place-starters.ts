import { isWeirError } from '../../../kernel/errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { PromptStore } from '../../../ports/prompt-store.ts';
import { hashOf, type PromptContent, writeContent } from '../content.ts';
import { type Starter, starterItems, starterName, starterVariables } from './starter.ts';
import { STARTERS } from './starters.ts';

/** What a starter is measured by: ten cases and two evaluators. Doing it twice does nothing more. */
export interface PlaceCases {
  dataset(of: { projectId: string; name: string; items: ReturnType<typeof starterItems> }): Promise<void>;
  evaluator(of: {
    projectId: string;
    name: string;
    type: string;
    options: { [name: string]: string | boolean };
  }): Promise<void>;
}

/** Author of what came with Weir. */
export const WEIR = 'weir';

/** Gives a project its starters. The prompts come last: a project that has them has everything. */
export async function placeStarters(
  projectId: string,
  of: { store: Pick<PromptStore, 'append'>; clock: Pick<Clock, 'now'>; cases: PlaceCases },
): Promise<void> {
  for (const starter of STARTERS) {
    const name = starterName(starter);
    await of.cases.dataset({ projectId, name, items: starterItems(starter) });
    await of.cases.evaluator({ projectId, name: `${name}.mentions`, type: 'contains', options: { ignoreCase: true } });
    await of.cases.evaluator({
      projectId,
      name: `${name}.quality`,
      type: 'rubric',
      options: { criteria: starter.criteria },
    });
  }
  for (const starter of STARTERS) await placePrompt(projectId, starter, of);
}

/** The projects among these that have no starters yet. */
export async function projectsWithoutStarters(
  projectIds: readonly string[],
  store: Pick<PromptStore, 'projectsWith'>,
): Promise<string[]> {
  const last = STARTERS.at(-1);
  const having = new Set(last === undefined ? projectIds : await store.projectsWith(starterName(last)));
  return projectIds.filter((id) => !having.has(id));
}

async function placePrompt(
  projectId: string,
  starter: Starter,
  { store, clock }: { store: Pick<PromptStore, 'append'>; clock: Pick<Clock, 'now'> },
): Promise<void> {
  const content: PromptContent = {
    kind: 'chat',
    messages: [
      { role: 'system', content: starter.system },
      { role: 'user', content: starter.user },
    ],
    variables: starterVariables(starter),
    settings: {},
  };
  const at = { project_id: projectId, name: starterName(starter) };
  const now = clock.now();
  const prompt = {
    ...{ ...at, kind: content.kind, description: starter.description, latest: 1 },
    ...{ created_at: now, updated_at: now, archived_at: null },
  };
  const version = {
    ...{ ...at, version: 1, hash: hashOf(content), content: writeContent(content) },
    ...{ message: 'Came with Weir', author: WEIR, created_at: now },
  };
  try {
    await store.append({ prompt, version, moves: [] });
  } catch (error) {
    // Another process was faster, or somebody took the name.
    if (!isWeirError(error) || error.code !== 'conflict') throw error;
  }
}
