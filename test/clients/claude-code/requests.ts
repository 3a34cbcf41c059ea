/**
 * What Claude Code sends to a gateway, as data: its documented headers, paths and body fields (code.claude.com/docs,
 * gateway protocol reference), with prompts of our own.
 */

export const SESSION_ID = '5f0c2a8e-6c1d-4d53-9f43-2f6f7a5f1c11';
export const AGENT_ID = 'agent-7c21';

/** Sent with every request for a message or a count. */
export const CLIENT_HEADERS: Readonly<Record<string, string>> = {
  accept: 'application/json',
  'content-type': 'application/json',
  'user-agent': 'claude-cli/2.1.248 (external, cli)',
  'anthropic-version': '2023-06-01',
  'anthropic-beta':
    'claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,effort-2025-11-24',
  'anthropic-dangerous-direct-browser-access': 'true',
  'x-app': 'cli',
  'x-claude-code-session-id': SESSION_ID,
  'x-stainless-arch': 'x64',
  'x-stainless-lang': 'js',
  'x-stainless-os': 'Linux',
  'x-stainless-package-version': '0.137.0',
  'x-stainless-runtime': 'node',
  'x-stainless-runtime-version': 'v24.3.0',
  'x-stainless-timeout': '600',
};

export const TOOLS = [
  tool('Read', 'Reads a file from the local disk.', {
    file_path: { type: 'string', description: 'Absolute path of the file' },
    offset: { type: 'number', description: 'First line to read' },
    limit: { type: 'number', description: 'How many lines to read' },
  }),
  tool('Bash', 'Runs a shell command.', {
    command: { type: 'string', description: 'The command' },
    timeout: { type: 'number', description: 'Milliseconds to wait at most' },
    description: { type: 'string', description: 'What the command does, in a few words' },
  }),
  tool('Edit', 'Replaces text in a file.', {
    file_path: { type: 'string' },
    old_string: { type: 'string' },
    new_string: { type: 'string' },
    replace_all: { type: 'boolean', default: false },
  }),
];

function tool(name: string, description: string, properties: Record<string, object>) {
  return {
    name,
    description,
    input_schema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties,
      required: Object.keys(properties).slice(0, 1),
      additionalProperties: false,
    },
  };
}

/** The system prompt; the billing line in front differs from turn to turn, as it did before it was made stable. */
export function systemBlocks(turn: number) {
  return [
    { type: 'text', text: `x-anthropic-billing-header: cc_version=2.1.248.a1; cc_entrypoint=cli; cch=${hash(turn)};` },
    { type: 'text', text: 'You are a coding agent in a terminal.', cache_control: { type: 'ephemeral' } },
    {
      type: 'text',
      text: 'Work on the files below the current directory. Read before you edit.',
      cache_control: { type: 'ephemeral' },
    },
  ];
}

function hash(turn: number): string {
  return (0x1a2b3 + turn * 0x111).toString(16);
}

export const METADATA = {
  user_id: JSON.stringify({ device_id: 'd'.repeat(64), account_uuid: '', session_id: SESSION_ID }),
};

export type Block = { readonly type: string; readonly [field: string]: unknown };
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Block[] | string;
}

/** The first thing the developer asks; the reminder in front is part of the turn. */
export const FIRST_TURN: Turn = {
  role: 'user',
  content: [
    { type: 'text', text: '<system-reminder>The current directory is the weather project.</system-reminder>' },
    { type: 'text', text: 'What does README.md say?', cache_control: { type: 'ephemeral' } },
  ],
};

/** A streaming request of the main loop. */
export function messageBody(model: string, messages: readonly Turn[]) {
  return {
    model,
    messages,
    system: systemBlocks(messages.length),
    tools: TOOLS,
    metadata: METADATA,
    max_tokens: 32_000,
    thinking: { type: 'adaptive' },
    output_config: { effort: 'medium' },
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    stream: true,
  };
}

/** A small request of a subagent: no thinking, no tools. */
export function subagentBody(model: string) {
  return {
    model,
    messages: [{ role: 'user', content: 'Name this session in three words.' }],
    system: [{ type: 'text', text: 'You name things.' }],
    metadata: METADATA,
    max_tokens: 512,
    temperature: 1,
    stream: true,
  };
}

export function countBody(model: string, messages: readonly Turn[]) {
  return { model, messages, tools: TOOLS };
}

/** More than any 200,000-token model reads. */
export const TOO_LONG: Turn = { role: 'user', content: 'river '.repeat(250_000) };
