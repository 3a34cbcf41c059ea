import type { KeyObject } from '@weir/contract';

export const LIMITS = [
  ['requests_per_minute', 'Calls a minute'],
  ['requests_per_day', 'Calls a day'],
  ['tokens_per_minute', 'Tokens a minute'],
  ['tokens_per_day', 'Tokens a day'],
  ['tokens_per_request', 'Tokens of one call'],
  ['concurrency', 'Calls at once'],
] as const;

/** Amounts as they stand in their fields; '' is none. */
export type LimitDraft = Readonly<Partial<Record<(typeof LIMITS)[number][0], number | string | undefined>>>;

export interface BudgetDraft {
  /** '' : no budget. */
  readonly usd: number | string;
  readonly period: 'day' | 'week' | 'month' | 'total';
  readonly onExceed: 'stop' | 'pause' | 'degrade';
  readonly degradeTo: string;
  /** Percent, separated by commas. */
  readonly alertAt: string;
  readonly approveAboveUsd: number | string;
  readonly shadow: boolean;
}

/** A key as it stands in the form. */
export interface KeyDraft {
  readonly name: string;
  readonly role: string;
  readonly projectId: string;
  readonly limits: LimitDraft;
  readonly budget: BudgetDraft;
  readonly models: readonly string[];
  readonly routes: readonly string[];
  readonly endpoints: readonly string[];
  readonly cache: 'as configured' | 'yes' | 'no';
  /** As `datetime-local` has it; '' : never. */
  readonly expiresAt: string;
}

export const NO_BUDGET: BudgetDraft = {
  ...{ usd: '', period: 'day', onExceed: 'stop', degradeTo: '', alertAt: '', approveAboveUsd: '', shadow: false },
};

export const EMPTY_DRAFT: KeyDraft = {
  ...{ name: '', role: 'inference', projectId: 'default', limits: {}, budget: NO_BUDGET },
  ...{ models: [], routes: [], endpoints: [], cache: 'as configured', expiresAt: '' },
};

export function draftOf(key: KeyObject): KeyDraft {
  return {
    ...{ name: key.name, role: key.role, projectId: key.project_id, limits: key.limits ?? {} },
    budget: key.budget === undefined ? NO_BUDGET : budgetDraftOf(key.budget),
    ...{ models: key.models ?? [], routes: key.routes ?? [], endpoints: key.endpoints ?? [] },
    cache: key.cache === undefined ? 'as configured' : key.cache ? 'yes' : 'no',
    expiresAt: key.expires_at === null ? '' : localOf(key.expires_at),
  };
}

export function budgetDraftOf(budget: NonNullable<KeyObject['budget']>): BudgetDraft {
  return {
    ...{ usd: budget.usd, period: budget.period, onExceed: budget.on_exceed ?? 'stop' },
    degradeTo: budget.degrade_to ?? '',
    alertAt: (budget.alert_at ?? []).map((share) => Math.round(share * 100)).join(', '),
    approveAboveUsd: budget.approve_above_usd ?? '',
    shadow: budget.shadow ?? false,
  };
}

/** What `POST /api/v1/keys` takes; what is empty is left out. */
export function newKeyOf(draft: KeyDraft): Record<string, unknown> {
  const { name: _name, ...scopes } = changesOf(draft);
  const given = Object.entries(scopes).filter(([, value]) => value !== null);
  return { name: draft.name, role: draft.role, project_id: draft.projectId, ...Object.fromEntries(given) };
}

/** What `PATCH /api/v1/keys/:id` takes; null removes what is empty. */
export function changesOf(draft: KeyDraft): Record<string, unknown> {
  const limits = limitsOf(draft.limits);
  const listOf = (names: readonly string[]) => (names.length === 0 ? null : names);
  return {
    name: draft.name,
    limits: Object.keys(limits).length === 0 ? null : limits,
    budget: draft.budget.usd === '' ? null : budgetOf(draft.budget),
    ...{ models: listOf(draft.models), routes: listOf(draft.routes), endpoints: listOf(draft.endpoints) },
    cache: draft.cache === 'as configured' ? null : draft.cache === 'yes',
    expires_at: draft.expiresAt === '' ? null : new Date(draft.expiresAt).toISOString(),
  };
}

export function limitsOf(draft: LimitDraft): Record<string, number> {
  const given = Object.entries(draft).filter(([, value]) => value !== '' && value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, Number(value)]));
}

export function budgetOf(draft: BudgetDraft): Record<string, unknown> {
  const alerts = draft.alertAt.split(',').filter((text) => text.trim() !== '');
  return {
    ...{ usd: Number(draft.usd), period: draft.period, on_exceed: draft.onExceed },
    ...(draft.onExceed === 'degrade' && draft.degradeTo !== '' ? { degrade_to: draft.degradeTo } : {}),
    ...(alerts.length === 0 ? {} : { alert_at: alerts.map((text) => Number(text) / 100) }),
    ...(draft.approveAboveUsd === '' ? {} : { approve_above_usd: Number(draft.approveAboveUsd) }),
    ...(draft.shadow ? { shadow: true } : {}),
  };
}

/** An instant as `datetime-local` shows it: in the person's own time. */
function localOf(instant: string): string {
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
