import { version } from '../../cli/version.ts';
import type { Config } from '../../config/schema.ts';
import { tightest } from '../../features/limits/limit-views.ts';
import { usageOfUserToday } from '../../features/reports/usage-of-user.ts';
import type { GuardServices } from '../../gateway/guarding/guard-services.ts';
import type { TargetHealth } from '../../gateway/routing/target-health.ts';
import type { RouteSpec } from '../../http/route.ts';
import { inferenceRoutes } from '../../http/routes/inference.ts';
import { llmRoutes } from '../../http/routes/llm.ts';
import { type SamplingLimits, type SamplingProvider, samplingRoutes } from '../../http/routes/sampling.ts';
import { validateRoutes } from '../../http/routes/validate.ts';
import type { CallServices } from '../../http/serve-call.ts';
import { WeirError } from '../../kernel/errors.ts';
import type { Provider } from '../../ports/provider.ts';
import type { ReplyChecker } from '../../ports/reply-check.ts';
import type { Bounds } from '../bounding/bounds.ts';
import type { Targets } from '../providers/targets.ts';
import type { Stores } from '../stores.ts';
import { withTimeLimits } from './wire-routes.ts';

/** The APIs of the seed documents. */
export function seedRoutes(of: {
  config: Config;
  calls: CallServices;
  stores: Stores;
  targets: Targets;
  health: TargetHealth;
  guards: GuardServices;
  bounds: Bounds;
  checker: ReplyChecker;
}): RouteSpec[] {
  const { config, stores, targets, bounds } = of;
  const services = {
    ...withTimeLimits(of.calls, config),
    defaults: { maxTokens: config.llm.max_tokens, temperature: config.llm.temperature },
    defaultModels: () => defaultModels(config, targets),
  };
  const now = () => of.calls.clock.now();
  const today = (wires: readonly string[]) => (user: { projectId: string; userId: string }) =>
    usageOfUserToday(stores.ledger, { ...user, wires }, now());
  const samplingToday = today(['sampling']);
  const llmToday = today(['llm']);
  return [
    ...validateRoutes({ checker: of.checker, maxCharacters: () => config.llm.max_response_characters }),
    ...samplingRoutes({
      ...services,
      version,
      guardrails: ({ projectId }) => samplingModes(of.guards, projectId),
      limits: (of) => samplingLimits(bounds, of),
      providers: () => targets.book.providers.map((provider) => samplingProvider(provider, of)),
      async usageToday(user) {
        const used = await samplingToday(user);
        return { tokens: used.tokens, calls: used.requests };
      },
      async configure({ provider: name, apiKey, baseUrl, actor }) {
        if (targets.provider(name) === undefined) {
          throw new WeirError('resource.not_found', {
            param: 'provider',
            message: `There is no provider "${name.slice(0, 64)}".`,
          });
        }
        await targets.credentials.setServerCredential({ provider: name, apiKey, baseURL: baseUrl });
        await stores.audit.record({
          projectId: '',
          actor,
          action: 'provider.configure',
          object: name,
          detail: { base_url: baseUrl ?? null },
        });
        return samplingProvider(targets.provider(name) as Provider, of);
      },
    }),
    ...llmRoutes({
      ...services,
      limits: (of) => bounds.limitViews({ ...of, wire: 'llm' }),
      async userUsageToday(user) {
        const used = await llmToday(user);
        const byModel = Object.entries(used.byModel).map(([model, sums]) => [
          model,
          { requests: sums.requests, tokens: sums.tokens, cost_usd: sums.costUsd },
        ]);
        return {
          calls: used.requests,
          tokens: used.tokens,
          costUsd: used.costUsd,
          byModel: Object.fromEntries(byModel),
        };
      },
    }),
    ...inferenceRoutes({
      ...services,
      isTaskModel: (provider, model) => isTaskModel(targets.provider(provider), model),
    }),
  ];
}

/** Guardrails of the sampling API; what is off is not there. */
function samplingModes(guards: GuardServices, projectId: string): Record<string, string> {
  const policy = guards.policy({ wire: 'sampling', caller: { projectId } });
  return Object.fromEntries((policy?.input?.rules ?? []).map(({ guardrail, mode }) => [guardrail, mode]));
}

/** What a user may use on the sampling API; null: no limit. */
async function samplingLimits(bounds: Bounds, of: Parameters<Bounds['limitViews']>[0]): Promise<SamplingLimits> {
  const views = await bounds.limitViews({ ...of, wire: 'sampling' });
  const perDay = tightest(views, 'tokens_per_day');
  const perRequest = views.filter(({ name }) => name === 'tokens_per_request').map(({ limit }) => limit);
  return {
    maxTokensPerDay: perDay?.limit ?? null,
    maxTokensPerRequest: perRequest.length === 0 ? null : Math.min(...perRequest),
  };
}

function samplingProvider(
  provider: Provider,
  of: { targets: Targets; health: TargetHealth; calls: CallServices },
): SamplingProvider {
  const known = provider.definition.models.filter((model) => model.operations.includes('chat'));
  const names = known.flatMap((model) => [model.id, ...(model.aliases ?? [])]);
  const open = of.health
    .all(of.calls.clock.monotonic())
    .some((status) => status.provider === provider.name && status.breaker === 'open');
  return {
    type: provider.name,
    models: [...new Set([...provider.models, ...names])],
    available: of.targets.hasCredential(provider) && !open,
  };
}

/** The primary provider's model, then the fallback's; providers that are not there are left out. */
export function defaultModels(config: Config, targets: Targets): string[] {
  const names = [config.llm.primary_provider, config.llm.fallback_provider];
  const ready = names.filter((name) => {
    const provider = targets.provider(name);
    return provider !== undefined && provider.defaultModel !== undefined;
  });
  const withKey = ready.filter((name) => targets.hasCredential(targets.provider(name) as Provider));
  return (withKey.length > 0 ? withKey : ready).map((name) => `${name}/${targets.provider(name)?.defaultModel}`);
}

/** HuggingFace runs models that are no chat models by their task's raw inputs. */
function isTaskModel(provider: Provider | undefined, model: string): boolean {
  if (provider?.definition.passThrough.includes('raw-task') !== true) return false;
  return !/instruct|chat|-it$|gpt-oss|deepseek|qwen|llama-[34]|kimi|glm|gemma-[23]/i.test(model);
}
