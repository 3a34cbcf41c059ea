import { SIGNATURE_VERSION } from '@weir/sampler/signature';
import type { Config } from '../config/schema.ts';
import type { Key } from '../features/access/key-store.ts';
import type { Adviser } from '../features/log-sampling/advice/ask-advice.ts';
import type { KnownSources } from '../features/log-sampling/choose-source.ts';
import { PushedLines } from '../features/log-sampling/live/pushed-lines.ts';
import { TrafficWatch } from '../features/log-sampling/live/watch-traffic.ts';
import { LogSampling } from '../features/log-sampling/log-sampling.ts';
import { mineLines } from '../features/log-sampling/mine-lines.ts';
import { MiningThread } from '../features/log-sampling/miner/mining-thread.ts';
import { LogPolicies } from '../features/log-sampling/policies/log-policies.ts';
import { lineReader } from '../features/log-sampling/read-line.ts';
import type { RouteSpec } from '../http/route.ts';
import { logAnalysisRoutes } from '../http/routes/management/log-sampling/analysis.ts';
import { logPolicyRoutes } from '../http/routes/management/log-sampling/policies.ts';
import { logServiceRoutes } from '../http/routes/management/log-sampling/services.ts';
import { patternStatsRoutes } from '../http/routes/management/log-sampling/stats.ts';
import { MINUTE_MS } from '../kernel/time.ts';
import type { Call, Outcome } from '../ports/call.ts';
import type { Clock } from '../ports/clock.ts';
import { modelGateway } from './model-gateway.ts';
import type { Targets } from './providers/targets.ts';
import type { Stores } from './stores.ts';

export interface LogSamplingServices {
  readonly config: () => Config;
  readonly stores: Pick<Stores, 'storage' | 'projects' | 'audit' | 'changes'>;
  readonly targets: Pick<Targets, 'book' | 'provider' | 'hasCredential'>;
  readonly clock: Clock;
  readonly run: (call: Call) => Promise<Outcome>;
  /** Sources of the configuration. */
  readonly sources: Pick<KnownSources, 'named' | 'clickHouseAt' | 'postHogAt'>;
}

const ADVICE_TOKENS = 4000;
const ADVICE_MS = 60_000;
const PURPOSE = 'log-sampling';
/** Names that seed 002's clients use for a provider's own model. */
const PROVIDER_NAMES = ['openai', 'anthropic'];

/** Sampling of logs, and what must be told when the server stops. */
export interface ComposedLogSampling {
  readonly routes: RouteSpec[];
  /** Answers every long poll, before connections are closed. */
  endWaits(): void;
  close(): Promise<void>;
}

export function composeLogSampling(parts: LogSamplingServices): ComposedLogSampling {
  const { clock, config, stores } = parts;
  const { projects, audit } = stores;
  const thread = new MiningThread();
  const policies = new LogPolicies(stores.storage, clock);
  stores.changes.on('log-services', async (ids) => policies.wake(ids?.map(Number)));
  const sampling = new LogSampling({
    policies,
    clock,
    sources: { pushed: new PushedLines(), ...parts.sources },
    miner: mineLines(thread),
    reader: lineReader(),
    usdPerGb: () => config().logs.price_per_gb_usd,
    signatureVersion: SIGNATURE_VERSION,
  });
  const watch = new TrafficWatch({
    policies,
    clock,
    settings: () => {
      const { boost_minutes, boost_max_bytes_per_hour } = config().logs;
      return { forMs: boost_minutes * MINUTE_MS, capBytesPerHour: boost_max_bytes_per_hour };
    },
  });
  const adviserFor = (provider: string, key: Key) => findAdviser(provider, { key, parts });
  return {
    routes: [
      ...logAnalysisRoutes({ sampling, adviserFor, projects, audit }),
      ...logPolicyRoutes({ policies, sampling, projects, clock, audit }),
      ...logServiceRoutes({ policies, projects, clock, audit }),
      ...patternStatsRoutes({ policies, watch, projects }),
    ],
    endWaits: () => policies.close(),
    close: () => thread.close(),
  };
}

/** A provider's name means its default model; anything else must be a model or a route. */
function findAdviser(
  provider: string,
  of: { key: Key; parts: LogSamplingServices },
): Adviser | { missing: string } | undefined {
  const { targets } = of.parts;
  if (PROVIDER_NAMES.includes(provider)) {
    const known = targets.provider(provider);
    if (known?.defaultModel === undefined || !targets.hasCredential(known)) {
      return { missing: `${provider} has no key here` };
    }
    return adviser(`${provider}/${known.defaultModel}`, of);
  }
  const isKnown = targets.book.route(provider) !== undefined || targets.book.isModel(provider);
  return isKnown ? adviser(provider, of) : undefined;
}

function adviser(model: string, { key, parts }: { key: Key; parts: LogSamplingServices }): Adviser {
  const { id: keyId, projectId, role, scopes, budget } = key;
  const { models, routes, limits, cache } = scopes;
  const caller = { keyId, projectId, role, models, routes, limits, budget, cache };
  const gateway = modelGateway(parts);
  return {
    model,
    ask: ({ system, text }) =>
      gateway.ask({
        ...{ caller, purpose: PURPOSE, model, system, text },
        ...{ maxOutputTokens: ADVICE_TOKENS, timeoutMs: ADVICE_MS },
      }),
  };
}
