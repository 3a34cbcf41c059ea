import type { Config } from '../config/schema.ts';
import { EVALUATOR_NAMES } from '../features/evaluations/evaluators/registry.ts';
import type { FlowKnowledge } from '../features/workflows/definition/check-flow.ts';
import { secretsDetector } from '../guardrails/secrets/detect-secrets.ts';
import { usage } from '../kernel/usage.ts';
import type { Clock } from '../ports/clock.ts';
import type { Pricing } from '../ports/pricing.ts';
import type { ToolServers } from '../ports/tool-servers.ts';
import type { WorkflowStore } from '../ports/workflow-store.ts';
import type { Targets } from './providers/targets.ts';

const MAX_KNOWN = 10_000;
/** The configuration names none, so that no step can call one. */
const NO_SERVERS = { names: [], tools: async () => [] };
/** A price needs any order of a route's targets. */
const ANY_ORDER = {
  ...{ random: () => 0, latencyMs: () => undefined, price: () => undefined, sessionPoint: undefined },
} as const;

/** What this server knows beside a document of a project. */
export function flowKnowledge(of: {
  config: () => Config;
  store: WorkflowStore;
  targets: Targets;
  pricing: Pricing;
  clock: Clock;
  servers: ToolServers | undefined;
}): (projectId: string) => Promise<FlowKnowledge> {
  const { config, store, targets, servers } = of;
  return async (projectId) => {
    const names = await store.definitions.list({ projectId, limit: MAX_KNOWN });
    return {
      env: config().workflows.env,
      secretsIn,
      toolServers: servers ?? NO_SERVERS,
      models: { has: (model) => targets.book.isModel(model) || targets.book.route(model) !== undefined, names: [] },
      workflows: names.flatMap(({ id, name }) => [id, name]),
      evaluators: EVALUATOR_NAMES,
      price: (model, tokens) => dearest(model, tokens, of),
    };
  };
}

/** Kinds of keys and passwords in a text. */
function secretsIn(text: string): string[] {
  const { detections } = secretsDetector.full(text, 'user');
  const threshold = secretsDetector.threshold('user');
  return detections.filter(({ score }) => score >= threshold).map(({ type }) => type);
}

/** What a call costs on the dearest target of its model or route; undefined: one has no price, or there is none. */
function dearest(
  name: string,
  tokens: { readonly input: number; readonly output: number },
  of: { targets: Targets; pricing: Pricing; clock: Clock },
): number | undefined {
  const costs = targetsOf(name, of.targets).map(({ provider, model }) =>
    of.pricing.cost({
      provider: provider.definition.type,
      ...(provider.name === provider.definition.type ? {} : { name: provider.name }),
      ...{ model, usage: usage(tokens), atMs: of.clock.now() },
    }),
  );
  const known = costs.filter((cost) => cost !== undefined);
  return known.length === 0 || known.length < costs.length ? undefined : Math.max(...known);
}

function targetsOf(name: string, { book }: Targets) {
  try {
    return book.resolve(name, ANY_ORDER).candidates;
  } catch {
    // A name that leads nowhere is another check's concern.
    return [];
  }
}
