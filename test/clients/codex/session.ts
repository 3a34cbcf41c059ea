/**
 * What Codex sends to a provider configured with `wire_api = "responses"`, as data. Field order, nulls and header names follow
 * its published sources; texts are our own.
 */
import type { JsonObject } from '../../../server/src/kernel/json.ts';

export interface CodexScript {
  readonly model: string;
  /** What the person types, one entry per turn. */
  readonly userMessages: readonly string[];
  /** What the machine answers to a tool, by tool name. */
  readonly toolOutputs: Readonly<Record<string, string>>;
}

export const CODEX_SCRIPT: CodexScript = {
  model: 'gpt-5.2-codex',
  userMessages: ['The test of add() fails. Please look and fix it.', 'Thank you. Summarise what you changed.'],
  toolOutputs: {
    shell_command: 'Exit code: 0\nWall time: 0.1 seconds\nOutput:\nadd.ts\nadd.test.ts\n',
    apply_patch: 'Success. Updated the following files:\nM add.ts\n',
  },
};

const VERSION = '0.162.1';
const SESSION_ID = '019aa0b0-c0d0-7e0f-8a1b-2c3d4e5f6071';

/** Query of the model discovery, which asks for the catalogue of one client version. */
export const MODELS_QUERY = `client_version=${VERSION}`;

/** How often Codex tries again: requests that failed with 5xx or no answer, and streams that broke. 429 ends the turn. */
export const CODEX_RETRIES = { request: 4, stream: 5 };

export function codexHeaders(key: string): Record<string, string> {
  return {
    authorization: `Bearer ${key}`,
    originator: 'codex_cli_rs',
    'user-agent': `codex_cli_rs/${VERSION} (Debian 13.0.0; x86_64) xterm-256color`,
    version: VERSION,
  };
}

export function codexTurnHeaders(key: string): Record<string, string> {
  return {
    ...codexHeaders(key),
    'content-type': 'application/json',
    accept: 'text/event-stream',
    'session-id': SESSION_ID,
    'thread-id': SESSION_ID,
    session_id: SESSION_ID,
    'x-client-request-id': SESSION_ID,
    'x-codex-window-id': `${SESSION_ID}:0`,
    'x-codex-turn-metadata': JSON.stringify({ session_id: SESSION_ID, turn_id: 'turn-1', sandbox: 'seccomp' }),
    'x-codex-beta-features': 'terminal_resize_reflow',
  };
}

const SHELL_TOOL: JsonObject = {
  type: 'function',
  name: 'shell_command',
  description: 'Runs a command in the shell of the user and gives its output.',
  strict: false,
  parameters: {
    type: 'object',
    properties: {
      command: { type: 'string', description: 'The script to run.' },
      workdir: { type: 'string', description: 'Where to run it.' },
      timeout_ms: { type: 'number', description: 'Longest run in milliseconds.' },
    },
    required: ['command'],
    additionalProperties: false,
  },
};

const PATCH_TOOL: JsonObject = {
  type: 'custom',
  name: 'apply_patch',
  description: 'Edits files. The input is the patch itself, not JSON.',
  format: {
    type: 'grammar',
    syntax: 'lark',
    definition: 'start: "*** Begin Patch" LF /(.|\\n)+/ "*** End Patch" LF?\n%import common.LF',
  },
};

/** The items that stand before the first message of the person. */
export const OPENING_ITEMS: readonly JsonObject[] = [
  message('developer', '<permissions instructions>\nCommands run in a sandbox.\n</permissions instructions>'),
  message('user', '<environment_context>\n  <cwd>/home/dev/add</cwd>\n  <shell>bash</shell>\n</environment_context>'),
];

export function message(role: string, text: string): JsonObject {
  return { type: 'message', role, content: [{ type: 'input_text', text }] };
}

export function codexRequest(model: string, input: readonly JsonObject[]): JsonObject {
  return {
    model,
    instructions: 'You are a coding agent that runs in a terminal. Use the tools to look before you change anything.',
    input: [...input],
    tools: [SHELL_TOOL, PATCH_TOOL],
    tool_choice: 'auto',
    parallel_tool_calls: true,
    reasoning: { effort: 'medium', summary: 'auto' },
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: SESSION_ID,
    text: { verbosity: 'low' },
    client_metadata: { 'x-codex-installation-id': '3f1c9a52-7a1e-4a39-9b07-0d6f4b1c2e88' },
  };
}
