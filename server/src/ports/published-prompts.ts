import type { Caller } from './call.ts';

/** Prompts that a project offers to others, as Weir's MCP server sees them. */
export interface PublishedPrompts {
  /** In a fixed order. */
  list(projectId: string): Promise<readonly PublishedPrompt[]>;
  /** The prompt with its arguments filled in. Rejects with `resource.not_found`, and `request.invalid` for a missing argument. */
  render(of: {
    readonly caller: Caller;
    readonly name: string;
    readonly arguments: Readonly<Record<string, string>>;
  }): Promise<readonly { readonly role: 'user' | 'assistant'; readonly text: string }[]>;
}

export interface PublishedPrompt {
  readonly name: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly description: string; readonly required: boolean }[];
}
