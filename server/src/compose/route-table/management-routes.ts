import { version } from '../../cli/version.ts';
import type { ExplainedValue } from '../../config/explain.ts';
import type { Config } from '../../config/schema.ts';
import type { ContentStore } from '../../features/content/content-store.ts';
import type { PolicyStore } from '../../features/policies/policy-store.ts';
import { createReports } from '../../features/reports/reports.ts';
import { docsRoutes } from '../../http/openapi/docs-routes.ts';
import type { RouteSpec } from '../../http/route.ts';
import { auditRoutes } from '../../http/routes/management/audit.ts';
import { budgetRoutes } from '../../http/routes/management/budgets.ts';
import { cacheRoutes } from '../../http/routes/management/cache.ts';
import { configRoutes } from '../../http/routes/management/config.ts';
import { contentRoutes } from '../../http/routes/management/content.ts';
import { conversationRoutes } from '../../http/routes/management/conversations.ts';
import { credentialRoutes } from '../../http/routes/management/credentials.ts';
import { guardrailFindingRoutes } from '../../http/routes/management/guardrail-findings.ts';
import { keyRoutes } from '../../http/routes/management/keys.ts';
import { limitRoutes } from '../../http/routes/management/limits.ts';
import { policyRoutes } from '../../http/routes/management/policies.ts';
import { projectRoutes } from '../../http/routes/management/projects.ts';
import { routingRoutes } from '../../http/routes/management/routes.ts';
import { type SessionRouteServices, sessionRoutes } from '../../http/routes/management/session/session-routes.ts';
import { usageRoutes } from '../../http/routes/management/usage.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Bounds } from '../bounding/bounds.ts';
import type { Caching } from '../caching/caching.ts';
import type { MessageTokens } from '../conversing/message-tokens.ts';
import { POLICY_SECTIONS } from '../policies.ts';
import type { Targets } from '../providers/targets.ts';
import type { Stores } from '../stores.ts';

/** The management API and its reference. `all` gives the whole table once it is complete. */
export function managementRoutes(of: {
  config: () => Config;
  /** Every value of the configuration in force with who set it. */
  explain: () => readonly ExplainedValue[];
  stores: Stores;
  policies: PolicyStore;
  targets: Targets;
  bounds: Bounds;
  clock: Clock;
  caching: Pick<Caching, 'stats' | 'purge'>;
  content: ContentStore;
  sessions: Pick<SessionRouteServices, 'sessions' | 'cookie'>;
  /** Counts what conversations begin with. */
  tokens: MessageTokens;
  /** Gives a new project what every one begins with. */
  beginProject: (projectId: string) => Promise<void>;
  all: () => readonly RouteSpec[];
}): RouteSpec[] {
  const { stores, targets, bounds, clock } = of;
  const isModel = (name: string) => targets.book.isModel(name);
  const isModelOrRoute = (name: string) => targets.book.route(name) !== undefined || isModel(name);
  const { audit, projects, keys } = stores;
  const reports = createReports(stores.ledger, clock);
  const reading = { reports, projects, clock, isEnabled: () => of.config().usage.reports };
  return [
    ...sessionRoutes({ ...of.sessions, audit }),
    ...projectRoutes({ projects, audit, begin: of.beginProject }),
    ...policyRoutes({ policies: of.policies, projects, sections: POLICY_SECTIONS, audit }),
    ...keyRoutes({ keys, projects, audit, clock, isModel: isModelOrRoute }),
    ...limitRoutes({
      views: (whose) => bounds.limitViews(whose),
      keys,
      users: bounds.users,
      tiers: bounds.tiers,
      projects,
      audit,
      clock,
    }),
    ...budgetRoutes({
      budgets: bounds.budgets,
      views: (whose) => bounds.budgetViews(whose),
      projects,
      audit,
      isModel: isModelOrRoute,
    }),
    ...credentialRoutes({ credentials: targets.credentials, projects, audit }),
    ...routingRoutes({ routes: targets.routes, isModel, audit }),
    ...usageRoutes(reading),
    ...guardrailFindingRoutes(reading),
    ...cacheRoutes({ stats: of.caching.stats, purge: of.caching.purge, projects, audit }),
    ...contentRoutes({ content: of.content, projects, audit }),
    ...conversationRoutes({
      conversations: stores.conversations,
      count: (messages) => of.tokens.count('', messages),
      projects,
      audit,
    }),
    ...configRoutes({ explain: of.explain }),
    ...auditRoutes({ audit }),
    ...docsRoutes({ routes: of.all, version }),
  ];
}
