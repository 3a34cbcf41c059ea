import { LabelMover } from '../../features/prompts/labels.ts';
import { PromptShelf } from '../../features/prompts/prompt-shelf.ts';
import { Prompts } from '../../features/prompts/prompts.ts';
import { publishedPrompts } from '../../features/prompts/published-prompts.ts';
import type { RenderPromptServices } from '../../gateway/stages/render-prompt.ts';
import type { RouteSpec } from '../../http/route.ts';
import { langfusePromptRoutes } from '../../http/routes/langfuse-prompts.ts';
import { promptLabelRoutes } from '../../http/routes/management/prompts/labels.ts';
import { promptRoutes } from '../../http/routes/management/prompts/prompts.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LabelGate } from '../../ports/label-gate.ts';
import type { PromptSource } from '../../ports/prompt-source.ts';
import type { PublishedPrompts } from '../../ports/published-prompts.ts';
import type { RenderTemplate } from '../../ports/render-template.ts';
import type { ReplyChecker } from '../../ports/reply-check.ts';
import type { Stores } from '../stores.ts';
import { promptSource } from './prompt-source.ts';
import { templateCompiler } from './template-compiler.ts';

export interface ComposedPrompts {
  readonly routes: RouteSpec[];
  /** Of calls. */
  readonly render: RenderPromptServices['render'];
  /** For runs of evaluations. */
  readonly source: PromptSource;
  readonly renderTemplate: RenderTemplate;
  /** For MCP clients. */
  readonly published: PublishedPrompts;
  close(): Promise<void>;
}

/** Prompts: stored, labelled, rendered. */
export function composePrompts(of: {
  readonly stores: Stores;
  readonly clock: Clock;
  readonly checker: () => ReplyChecker;
  readonly gate: LabelGate;
}): ComposedPrompts {
  const { stores, clock, checker, gate } = of;
  const { projects, audit, storage, changes } = stores;
  const store = storage.prompts;
  const templates = templateCompiler(clock);
  const shelf = new PromptShelf({
    store,
    templates: () => templates.load(),
    variablesProblem: ({ projectId, schema, variables }) =>
      variablesProblem(checker(), { projectId, schema, variables }),
  });
  changes.on('prompts', async (names) => shelf.forget(names));
  const labels = new LabelMover({ store, shelf, clock, gate });
  const prompts = new Prompts({
    ...{ store, shelf, labels, clock },
    schemaProblem: async (projectId, schema) => (await checker().read(schema, projectId)).problem?.message,
  });
  const services = { prompts, labels, shelf, projects, audit };
  return {
    routes: [...promptRoutes(services), ...promptLabelRoutes(services), ...langfusePromptRoutes(services)],
    render: ({ projectId, prompt, unit }) => shelf.render({ ...prompt, projectId, unit, isBareName: true }),
    source: promptSource(shelf),
    renderTemplate: templates.render,
    published: publishedPrompts(prompts, shelf),
    close: () => templates.close(),
  };
}

async function variablesProblem(
  checker: ReplyChecker,
  of: { projectId: string; schema: JsonObject; variables: JsonObject },
): Promise<string | undefined> {
  const format = { kind: 'json-schema', name: 'variables', schema: of.schema } as const;
  const text = JSON.stringify(of.variables);
  const { problems } = await checker.check({ projectId: of.projectId, text, format, repair: false, sanitize: 'none' });
  return problems[0] === undefined ? undefined : `${problems[0].path} ${problems[0].message}`.trim();
}
