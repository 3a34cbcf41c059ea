import { hash } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { InboxStore } from '../../ports/inbox.ts';
import type { Storage } from '../../ports/storage.ts';
import { describeChange } from './describe-change.ts';
import { fingerprint, type ToolDefinition } from './fingerprint.ts';

/** trusted: as pinned. Otherwise it may not be called until the inbox item says so. */
export type Verdict =
  | { readonly trusted: true }
  | { readonly trusted: false; readonly inboxId: string; readonly isRejected: boolean };

interface Pin {
  readonly hash: string;
  readonly definition: ToolDefinition;
}

export interface ToolPinServices {
  readonly values: Storage['values'];
  readonly inbox: InboxStore;
  readonly clock: Clock;
  /** Whose inbox gets changed tools: the operator's project. */
  readonly projectId: string;
}

/**
 * Which definitions of tools are trusted: those a server lists when it is seen for the first time, and those a person approved.
 * Any other definition, and any tool that comes later, waits in the inbox. Of several processes that see a server at once one
 * pins.
 */
export class ToolPins {
  readonly #services: ToolPinServices;

  constructor(services: ToolPinServices) {
    this.#services = services;
  }

  /** Pins all of them at first sight; gives what each of them is. */
  async judge(server: string, definitions: readonly ToolDefinition[]): Promise<Map<string, Verdict>> {
    const seen = Object.fromEntries(definitions.map((definition) => [definition.name, pinOf(definition)]));
    const first = JSON.parse(await this.#services.values.claim(firstSight(server), JSON.stringify(seen))) as Record<
      string,
      Pin
    >;
    const verdicts = new Map<string, Verdict>();
    for (const definition of definitions) {
      const pinned = Object.hasOwn(first, definition.name) ? first[definition.name] : undefined;
      verdicts.set(definition.name, await this.#verdict(server, definition, pinned));
    }
    return verdicts;
  }

  async #verdict(server: string, definition: ToolDefinition, first: Pin | undefined): Promise<Verdict> {
    const hash = fingerprint(definition);
    if (first?.hash === hash) return { trusted: true };
    const approved = await this.#approved(server, definition.name);
    if (approved?.hash === hash) return { trusted: true };
    const { inbox, projectId } = this.#services;
    const inboxId = itemId(server, definition.name, hash);
    const item = await inbox.get(projectId, inboxId);
    if (item?.status === 'approved') {
      await this.#services.values.put(approval(server, definition.name), JSON.stringify(pinOf(definition)));
      return { trusted: true };
    }
    if (item === undefined) await this.#ask({ server, definition, pinned: approved ?? first, inboxId });
    return { trusted: false, inboxId, isRejected: item !== undefined && item.status !== 'open' };
  }

  async #approved(server: string, tool: string): Promise<Pin | undefined> {
    const value = await this.#services.values.get(approval(server, tool));
    return value === undefined ? undefined : (JSON.parse(value) as Pin);
  }

  async #ask(of: {
    server: string;
    definition: ToolDefinition;
    pinned: Pin | undefined;
    inboxId: string;
  }): Promise<void> {
    const { server, definition, pinned, inboxId } = of;
    const { inbox, projectId, clock } = this.#services;
    const change = pinned === undefined ? 'added' : 'changed';
    await inbox.put({
      id: inboxId,
      project_id: projectId,
      kind: 'tool_change',
      status: 'open',
      title: `Tool "${definition.name}" of MCP server "${server}" was ${change}`,
      detail: JSON.stringify({
        server,
        tool: definition.name,
        change,
        differences: describeChange(pinned?.definition, definition),
      }),
      form: null,
      run_id: null,
      path: null,
      created_at: clock.now(),
      expires_at: null,
      decided_at: null,
      decided_by: null,
      data: null,
    });
  }
}

function pinOf(definition: ToolDefinition): Pin {
  return { hash: fingerprint(definition), definition };
}

function firstSight(server: string): string {
  return `mcp tools of ${server}`;
}

function approval(server: string, tool: string): string {
  return `mcp tool ${server}/${tool}`;
}

/** The same change is asked once, whoever sees it. */
function itemId(server: string, tool: string, hashOfTool: string): string {
  return `inb_${hash('sha256', JSON.stringify([server, tool, hashOfTool]), 'hex').slice(0, 32)}`;
}
