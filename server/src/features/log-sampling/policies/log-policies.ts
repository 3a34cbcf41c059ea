import { createHash } from 'node:crypto';
import type { LogPolicy, PolicyPattern } from '@weir/contract';
import { WeirError } from '../../../kernel/errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { LogPolicyRow, LogServiceRow, Storage } from '../../../ports/storage.ts';
import type { Boost } from '../anomalies/plan-boosts.ts';
import type { PolicyDraft } from './build-policy.ts';

/** Who made a version, and what it was expected to do: what lists show of it. */
export interface VersionSummary {
  readonly author: string;
  readonly model: string | null;
  readonly generated_by: 'llm' | 'rules';
  readonly inputs_hash: string;
  readonly global_rate: number;
  readonly severity_rates: LogPolicy['severity_rates'];
  readonly reasoning: string;
  /** Lines and bytes of the window it was tried on, and what it keeps of them. */
  readonly window: {
    readonly lines: number;
    readonly bytes: number;
    readonly kept_bytes: number;
    readonly hours: number;
  };
  /** null: nobody asked for one. */
  readonly target: { readonly bytes: number; readonly floor_bytes: number; readonly reachable: boolean } | null;
  /** Why it may not become active; empty: it may. */
  readonly problems: readonly string[];
  readonly merges: readonly (readonly string[])[];
  readonly locks_proposed: readonly string[];
}

/** A boost as it is kept: what names its pattern where the policy does not. */
export type StoredBoost = Boost & { readonly shown?: PolicyPattern | undefined };

export interface ListedVersion extends VersionSummary {
  readonly policy_id: number;
  readonly version: number;
  readonly is_active: boolean;
  readonly created_at: number;
}

const MOST_REMEMBERED = 50;
const MOST_SERVICES = 1000;

/** Services, the versions of their policies, and which one is in force. Versions never change; what is in force does. */
export class LogPolicies {
  readonly #storage: Pick<Storage, 'logServices' | 'logPolicies'>;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Set<() => void>>();
  #isClosed = false;

  constructor(storage: Pick<Storage, 'logServices' | 'logPolicies'>, clock: Clock) {
    this.#storage = storage;
    this.#clock = clock;
  }

  services(projectId: string): Promise<LogServiceRow[]> {
    return this.#storage.logServices.all(projectId);
  }

  /** Throws `resource.not_found`. */
  async service(projectId: string, name: string): Promise<LogServiceRow> {
    const service = await this.find(projectId, name);
    if (service === undefined) throw notFound('There is no such service.');
    return service;
  }

  find(projectId: string, name: string): Promise<LogServiceRow | undefined> {
    return this.#storage.logServices.get(projectId, name);
  }

  /** Makes it unless it is there. Throws `conflict` when the project has too many. */
  async claim(projectId: string, of: { name: string; teamId: number | null }): Promise<LogServiceRow> {
    const standing = await this.find(projectId, of.name);
    if (standing !== undefined) return standing;
    if ((await this.services(projectId)).length >= MOST_SERVICES) {
      throw new WeirError('conflict', {
        param: 'service_name',
        message: `service_name: the project has ${MOST_SERVICES} services, which is the most.`,
      });
    }
    return this.#storage.logServices.claim({
      ...{ project_id: projectId, name: of.name, team_id: of.teamId },
      ...{ activated: '[]', full_fidelity_until: null, boosts: '[]', created_at: this.#clock.now() },
    });
  }

  append(service: LogServiceRow, of: { draft: PolicyDraft; summary: VersionSummary }) {
    return this.#storage.logPolicies.append({
      service_id: service.id,
      summary: JSON.stringify(of.summary),
      document: JSON.stringify(of.draft),
      created_at: this.#clock.now(),
    });
  }

  /** Newest first. */
  async history(
    service: LogServiceRow,
    page: { limit: number; before?: number | undefined },
  ): Promise<ListedVersion[]> {
    const { limit, before } = page;
    const rows = await this.#storage.logPolicies.list({
      ...{ serviceId: service.id, limit },
      ...(before === undefined ? {} : { before }),
    });
    return rows.map((row) => listed(row, activeVersion(service)));
  }

  /** The policy of a version, without boosts. Throws `resource.not_found`. */
  async version(service: LogServiceRow, version: number): Promise<LogPolicy> {
    const row = await this.#row(service, version);
    return { ...(JSON.parse(row.document) as PolicyDraft), ...numbers(row), boosts: [], full_fidelity_until: null };
  }

  async versionSummary(service: LogServiceRow, version: number): Promise<ListedVersion> {
    return listed(await this.#row(service, version), activeVersion(service));
  }

  /** The policy in force with its boosts, as samplers get it; undefined: none is. */
  async inForce(service: LogServiceRow): Promise<LogPolicy | undefined> {
    const version = activeVersion(service);
    if (version === undefined) return undefined;
    const policy = await this.version(service, version);
    const boosts = this.boosts(service).filter(({ expiresAt }) => expiresAt > this.#clock.now());
    const patterns = { ...policy.patterns };
    for (const { pattern, shown } of boosts) if (pattern !== null && shown !== undefined) patterns[pattern] ??= shown;
    return {
      ...policy,
      patterns,
      boosts: boosts.map(({ pattern, reason, expiresAt }) => ({
        ...{ pattern_id: pattern, reason, expires_at: new Date(expiresAt).toISOString() },
      })),
      full_fidelity_until:
        service.full_fidelity_until === null ? null : new Date(service.full_fidelity_until).toISOString(),
    };
  }

  /** The version in force; undefined: none is. */
  activeVersion(service: LogServiceRow): number | undefined {
    return activeVersion(service);
  }

  /** Changes whenever what is in force does; for HTTP, quotes included. */
  etag(service: LogServiceRow): string {
    const running = this.boosts(service).filter(({ expiresAt }) => expiresAt > this.#clock.now());
    const boosts = running.map(({ pattern, expiresAt }) => [pattern, expiresAt]);
    const state = [service.id, activeVersion(service), service.full_fidelity_until, boosts];
    return `"${createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 24)}"`;
  }

  /** Throws `resource.not_found` for a version there is not, `conflict` for one whose dry run failed. */
  async activate(service: LogServiceRow, version: number): Promise<void> {
    const { problems } = await this.versionSummary(service, version);
    if (problems.length > 0) {
      throw new WeirError('conflict', {
        param: 'version',
        message: `version: ${version} may not become active: ${problems.join('; ')}.`,
      });
    }
    await this.#enter(service, [...activated(service).filter((one) => one !== version), version]);
  }

  /** Back to the version that was in force before. Throws `conflict` when there is none. */
  async rollback(service: LogServiceRow): Promise<number> {
    const versions = activated(service).slice(0, -1);
    const version = versions.at(-1);
    if (version === undefined) {
      throw new WeirError('conflict', { message: 'No other version was in force before: activate one by its number.' });
    }
    await this.#enter(service, versions);
    return version;
  }

  /** null: rates hold again. */
  async setFullFidelity(service: LogServiceRow, untilMs: number | null): Promise<void> {
    await this.#storage.logServices.update(service.id, { full_fidelity_until: untilMs });
    this.wake([service.id]);
  }

  /** Those of the last hour, those that are over included. */
  boosts(service: LogServiceRow): StoredBoost[] {
    return JSON.parse(service.boosts) as StoredBoost[];
  }

  async setBoosts(service: LogServiceRow, boosts: readonly StoredBoost[]): Promise<void> {
    await this.#storage.logServices.update(service.id, { boosts: JSON.stringify(boosts) });
    this.wake([service.id]);
  }

  /**
   * Resolves when something of the service may have changed, at the latest after `waitMs` or when `signal` says so. False: nothing
   * will be heard of any more.
   */
  async changed(serviceId: number, waitMs: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted || this.#isClosed) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiters = this.#waiting.get(serviceId) ?? new Set();
    this.#waiting.set(serviceId, waiters.add(resolve));
    const cancel = this.#clock.after(waitMs, resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    cancel();
    waiters.delete(resolve);
    if (waiters.size === 0) this.#waiting.delete(serviceId);
    return !this.#isClosed && !signal.aborted;
  }

  /** Ends every wait. */
  close(): void {
    this.#isClosed = true;
    this.wake(undefined);
  }

  /** Another process, or this one, changed these services; undefined: any may have changed. */
  wake(serviceIds: readonly number[] | undefined): void {
    for (const id of serviceIds ?? [...this.#waiting.keys()]) {
      for (const resolve of this.#waiting.get(id) ?? []) resolve();
    }
  }

  async #enter(service: LogServiceRow, versions: readonly number[]): Promise<void> {
    await this.#storage.logServices.update(service.id, { activated: JSON.stringify(versions.slice(-MOST_REMEMBERED)) });
    this.wake([service.id]);
  }

  async #row(service: LogServiceRow, version: number): Promise<LogPolicyRow> {
    const row = await this.#storage.logPolicies.get(service.id, version);
    if (row === undefined) throw notFound(`The service "${service.name}" has no version ${version}.`);
    return row;
  }
}

function activeVersion(service: LogServiceRow): number | undefined {
  return activated(service).at(-1);
}

function activated(service: LogServiceRow): number[] {
  return JSON.parse(service.activated) as number[];
}

function numbers(row: Pick<LogPolicyRow, 'policy_id' | 'version'>) {
  return { policy_id: row.policy_id, policy_version: row.version };
}

function listed(row: Omit<LogPolicyRow, 'document'>, active: number | undefined): ListedVersion {
  const { policy_id, version, created_at, summary } = row;
  return { ...(JSON.parse(summary) as VersionSummary), policy_id, version, created_at, is_active: version === active };
}

function notFound(message: string): WeirError {
  return new WeirError('resource.not_found', { message });
}
