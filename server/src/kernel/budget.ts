import { NANO_PER_USD } from './money.ts';
import { DAY_MS, startOfDay } from './time.ts';

/** What a budget is for. The last three are told by the workflows and tools that make calls. */
export const BUDGET_SCOPES = ['key', 'user', 'project', 'workflow', 'step', 'mcp_server'] as const;
export type BudgetScopeName = (typeof BUDGET_SCOPES)[number];
/** Evaluation runs bring their own budget; nobody sets one for them. */
export type BudgetScope = BudgetScopeName | 'evaluation';

export const BUDGET_PERIODS = ['day', 'week', 'month', 'total'] as const;
export type BudgetPeriodName = (typeof BUDGET_PERIODS)[number];

/** stop: refused · pause: refused until somebody approves more · degrade: another model answers. */
export type OnExceed = 'stop' | 'pause' | 'degrade';

/** How much may be spent, and what happens then. Money is nano-USD. */
export interface BudgetTerms {
  readonly limitNano: number;
  readonly period: BudgetPeriodName;
  readonly onExceed: OnExceed;
  /** The model that answers instead; set when onExceed is degrade. */
  readonly degradeTo: string | undefined;
  /** Shares of the limit, ascending. */
  readonly alertAt: readonly number[];
  /** Calls whose worst case is dearer wait for an approval; undefined: none does. */
  readonly approveAboveNano: number | undefined;
  /** Reports without refusing. */
  readonly shadow: boolean;
}

/** Terms for somebody. */
export interface Budget extends BudgetTerms {
  readonly projectId: string;
  readonly scope: BudgetScope;
  /** Key id, user label, project id ...; `*` in the file: for each of them on its own. */
  readonly id: string;
  /** file: read-only in the API · api: made there · key: part of a key. */
  readonly source: 'file' | 'api' | 'key';
}

export interface PeriodBounds {
  readonly startsAt: number;
  /** Infinity: never. */
  readonly endsAt: number;
}

/** Weeks start on Monday; everything in UTC. */
export function periodBounds(period: BudgetPeriodName, atMs: number): PeriodBounds {
  const startsAt = startOf(period, atMs);
  switch (period) {
    case 'day':
      return { startsAt, endsAt: startsAt + DAY_MS };
    case 'week':
      return { startsAt, endsAt: startsAt + 7 * DAY_MS };
    case 'month': {
      const start = new Date(startsAt);
      return { startsAt, endsAt: Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1) };
    }
    case 'total':
      return { startsAt, endsAt: Number.POSITIVE_INFINITY };
  }
}

/** The epoch was a Thursday: Mondays lie four days later. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

function startOf(period: BudgetPeriodName, atMs: number): number {
  switch (period) {
    case 'day':
      return startOfDay(atMs);
    case 'week':
      return atMs - ((((atMs - FIRST_MONDAY_MS) % (7 * DAY_MS)) + 7 * DAY_MS) % (7 * DAY_MS));
    case 'month': {
      const at = new Date(atMs);
      return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1);
    }
    case 'total':
      return 0;
  }
}

/** Terms as people write them. */
export interface BudgetTermsInUsd {
  readonly usd: number;
  readonly period: BudgetPeriodName;
  readonly on_exceed?: OnExceed | undefined;
  readonly degrade_to?: string | undefined;
  readonly alert_at?: readonly number[] | undefined;
  readonly approve_above_usd?: number | undefined;
  readonly shadow?: boolean | undefined;
}

export function termsFromUsd(of: BudgetTermsInUsd): BudgetTerms {
  return {
    limitNano: nano(of.usd),
    period: of.period,
    onExceed: of.on_exceed ?? 'stop',
    degradeTo: of.degrade_to,
    alertAt: [...new Set(of.alert_at ?? [])].sort((a, b) => a - b),
    approveAboveNano: of.approve_above_usd === undefined ? undefined : nano(of.approve_above_usd),
    shadow: of.shadow ?? false,
  };
}

function nano(usd: number): number {
  return Math.round(usd * NANO_PER_USD);
}
