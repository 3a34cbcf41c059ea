import type { Wire } from '../../kernel/chat.ts';
import type { Origin } from '../../kernel/finding.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../../kernel/json.ts';
import { type SeeText, seeContent, type TextPath, type WalkTexts } from './see-text.ts';

/** Roles whose words are no instructions of the operator. */
const ORIGINS: Readonly<Record<string, Origin>> = {
  user: 'user',
  assistant: 'output',
  tool: 'untrusted',
  function: 'untrusted',
};

/** Where texts are in the requests of the wires that clients speak. */
export const REQUEST_WALKS: Partial<Record<Wire, WalkTexts>> = {
  'openai-chat': walkChat,
  'openai-completions': ({ prompt, suffix }, see) => {
    seeContent(prompt, see, { origin: 'user', path: ['prompt'] });
    if (typeof suffix === 'string') see(suffix, 'user', ['suffix']);
  },
  'openai-responses': walkResponses,
  'anthropic-messages': walkMessages,
};

function walkChat({ messages }: JsonObject, see: SeeText): void {
  for (const [index, entry] of (asArray(messages) ?? []).entries()) {
    const message = asObject(entry);
    const origin = ORIGINS[asString(message?.role) ?? ''];
    if (origin !== undefined) seeContent(message?.content, see, { origin, path: ['messages', index, 'content'] });
  }
}

function walkResponses({ input, prompt }: JsonObject, see: SeeText): void {
  if (typeof input === 'string') see(input, 'user', ['input']);
  else for (const [index, item] of (asArray(input) ?? []).entries()) walkItem(asObject(item), see, ['input', index]);
  const variables = asObject(asObject(prompt)?.variables) ?? {};
  for (const [name, value] of Object.entries(variables)) {
    const path = ['prompt', 'variables', name];
    const text = asObject(value)?.text;
    if (typeof value === 'string') see(value, 'user', path);
    else if (typeof text === 'string') see(text, 'user', [...path, 'text']);
  }
}

function walkItem(item: JsonObject | undefined, see: SeeText, path: TextPath): void {
  const type = asString(item?.type) ?? 'message';
  if (type === 'message') {
    const origin = ORIGINS[asString(item?.role) ?? ''];
    if (origin !== undefined) seeContent(item?.content, see, { origin, path: [...path, 'content'] });
  } else if (type.endsWith('_output') || type === 'mcp_call') {
    seeContent(item?.output, see, { origin: 'untrusted', path: [...path, 'output'] });
  }
}

function walkMessages({ messages }: JsonObject, see: SeeText): void {
  for (const [index, entry] of (asArray(messages) ?? []).entries()) {
    const message = asObject(entry);
    const origin = ORIGINS[asString(message?.role) ?? ''];
    if (origin !== undefined) walkBlocks(message?.content, see, { origin, path: ['messages', index, 'content'] });
  }
}

function walkBlocks(content: Json | undefined, see: SeeText, of: { origin: Origin; path: TextPath }): void {
  if (typeof content === 'string') return see(content, of.origin, of.path);
  for (const [index, entry] of (asArray(content) ?? []).entries()) {
    const block = asObject(entry);
    const path = [...of.path, index];
    if (typeof block?.text === 'string') see(block.text, of.origin, [...path, 'text']);
    else if (block?.type === 'document') walkDocument(block, see, path);
    // Results of tools, of MCP servers, of searches.
    else if (block?.content !== undefined)
      walkBlocks(block.content, see, { origin: 'untrusted', path: [...path, 'content'] });
  }
}

function walkDocument({ source, title, context }: JsonObject, see: SeeText, path: TextPath): void {
  if (typeof title === 'string') see(title, 'untrusted', [...path, 'title']);
  if (typeof context === 'string') see(context, 'untrusted', [...path, 'context']);
  const from = asObject(source);
  if (from?.type === 'text' && typeof from.data === 'string') see(from.data, 'untrusted', [...path, 'source', 'data']);
  if (from?.type === 'content')
    walkBlocks(from.content, see, { origin: 'untrusted', path: [...path, 'source', 'content'] });
}

/** What is embedded comes from documents. */
export function walkEmbeddings({ input }: JsonObject, see: SeeText): void {
  seeContent(input, see, { origin: 'untrusted', path: ['input'] });
}

/** Prompts of images and sounds, inputs of task models; the rest passes through unread. */
export function walkPassThrough(json: JsonObject, see: SeeText): void {
  for (const name of ['prompt', 'inputs']) seeContent(json[name], see, { origin: 'user', path: [name] });
}

export function walkSpeech(json: JsonObject, see: SeeText): void {
  seeContent(json.input, see, { origin: 'user', path: ['input'] });
}
