import type {
  BudgetCounters,
  BudgetPeriod,
  CallTokens,
  LimitCounters,
  LimitGrant,
  LimitRefusal,
  LimitScope,
  LimitUse,
  LimitVerdict,
  SharedState,
} from '../ports/shared-state.ts';
import type { Link } from './link.ts';
import type { ServedLimits, ServedVerdict } from './serve-shared-state.ts';

/** A grant whose original is in the thread that counts. */
interface RemoteGrant extends LimitGrant {
  readonly slot: number;
}

/** The counters of another thread: it decides, one question after the other, so a limit is as exact as in one thread. */
export function remoteSharedState(link: Link): SharedState {
  return {
    limits: remoteLimits(link),
    budgets: remoteBudgets(link),
    // Health and metrics are told by the thread that counts.
    mode: () => 'local',
    close: async () => {},
  };
}

function remoteLimits(link: Link): LimitCounters {
  const limits = link.remote<ServedLimits>('limits');
  return {
    async reserve(scopes: readonly LimitScope[], tokens: CallTokens): Promise<LimitVerdict> {
      const verdict = await limits.reserve(scopes, tokens);
      if (!verdict.granted) return refusal(verdict.refusal, scopes);
      const { slot, requests, tokensLeft, shadowed } = verdict;
      const grant: RemoteGrant = {
        granted: true,
        scopes,
        tokens: tokens.charged,
        requests,
        tokensLeft,
        shadowed: shadowed === undefined ? undefined : refusal(shadowed, scopes),
        slot,
      };
      return grant;
    },
    settle: (grant, tokens) => link.tell('limits', 'settle', [(grant as RemoteGrant).slot, tokens]),
    async read(scopes): Promise<readonly LimitUse[]> {
      const uses = await limits.read(scopes);
      return uses.map(({ at, ...use }) => ({ ...use, scope: scopes[at] as LimitScope }));
    },
  };
}

/** Scopes are known by their place, since objects do not travel. */
function refusal(
  { at, ...refused }: Extract<ServedVerdict, { granted: false }>['refusal'],
  scopes: readonly LimitScope[],
): LimitRefusal {
  return { ...refused, granted: false, scope: scopes[at] as LimitScope };
}

function remoteBudgets(link: Link): BudgetCounters {
  const { reserve, settle, read, unplaced, restore } = link.remote<BudgetCounters>('budgets');
  return {
    reserve,
    adjust: (periods: readonly BudgetPeriod[], deltaNano) => link.tell('budgets', 'adjust', [periods, deltaNano]),
    settle,
    read,
    unplaced,
    restore,
  };
}
