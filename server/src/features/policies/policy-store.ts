import { invalidRequest } from '../../kernel/errors.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProjectPolicies } from '../../ports/project-policy.ts';
import type { Storage } from '../../ports/storage.ts';

export const POLICY_KIND = 'policy';

/** Reads one section of a policy. Throws `request.invalid` naming the field within the section. */
export type ParseSection = (value: Json) => unknown;

interface KnownPolicy {
  readonly version: string;
  /** As it was sent. */
  readonly written: JsonObject;
  readonly parsed: Readonly<Record<string, unknown>>;
}

/** Policies of projects. It knows that they have sections, and nothing of what those say. */
export class PolicyStore implements ProjectPolicies {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #sections: Readonly<Record<string, ParseSection>>;
  #known = new Map<string, KnownPolicy>();

  private constructor(storage: Storage, clock: Clock, sections: Readonly<Record<string, ParseSection>>) {
    this.#storage = storage;
    this.#clock = clock;
    this.#sections = sections;
  }

  static async open(
    storage: Storage,
    of: { clock: Clock; sections: Readonly<Record<string, ParseSection>> },
  ): Promise<PolicyStore> {
    const store = new PolicyStore(storage, of.clock, of.sections);
    await store.refresh();
    return store;
  }

  /** Reads all policies again, because another process may have changed some. */
  async refresh(): Promise<void> {
    const rows = await this.#storage.settings.all(POLICY_KIND);
    const known = new Map<string, KnownPolicy>();
    for (const row of rows) {
      const written = JSON.parse(row.value) as JsonObject;
      known.set(row.name, { version: String(row.updated_at), written, parsed: this.#readable(written) });
    }
    this.#known = known;
  }

  section(projectId: string, name: string): unknown {
    return this.#known.get(projectId)?.parsed[name];
  }

  version(projectId: string): string {
    return this.#known.get(projectId)?.version ?? '';
  }

  /** As it was written; empty when the project has none. */
  read(projectId: string): JsonObject {
    return this.#known.get(projectId)?.written ?? {};
  }

  /** Replaces the whole policy. Throws `request.invalid` naming the field; then nothing has changed. */
  async put(projectId: string, written: JsonObject): Promise<JsonObject> {
    const parsed = this.#parse(written);
    const last = Number(this.version(projectId) || 0);
    const updatedAt = Math.max(this.#clock.now(), last + 1);
    await this.#storage.settings.put({
      kind: POLICY_KIND,
      name: projectId,
      value: JSON.stringify(written),
      updated_at: updatedAt,
    });
    this.#known.set(projectId, { version: String(updatedAt), written, parsed });
    return written;
  }

  #parse(written: JsonObject): Record<string, unknown> {
    const parsed: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(written)) {
      const parse = Object.hasOwn(this.#sections, name) ? this.#sections[name] : undefined;
      if (parse === undefined) {
        throw invalidRequest(name, `unknown section; sections are ${Object.keys(this.#sections).join(', ')}`);
      }
      if (value !== undefined) parsed[name] = parse(value);
    }
    return parsed;
  }

  /** A section that an earlier version wrote and this one cannot read says nothing; the others hold. */
  #readable(written: JsonObject): Record<string, unknown> {
    const parsed: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(written)) {
      try {
        Object.assign(parsed, this.#parse({ [name]: value }));
      } catch {
        parsed[name] = undefined;
      }
    }
    return parsed;
  }
}
