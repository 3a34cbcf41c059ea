import type { ChatRequest, Content } from '../../kernel/chat.ts';
import type { Origin } from '../../kernel/finding.ts';
import { isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import { changeJsonText, changeStrings } from '../../kernel/json-strings.ts';
import type { CallTexts, ChangeText, RequestText } from '../../ports/call-texts.ts';
import type { Payload } from '../../ports/payload.ts';
import { type Replacement, replaceValues } from '../replace-values.ts';
import { seedClientRequest } from '../weir-v1/client-request.ts';
import type { WalkTexts } from './see-text.ts';
import { REPLY_WALKS } from './walk-replies.ts';
import { REQUEST_WALKS, walkEmbeddings, walkPassThrough, walkSpeech } from './walk-requests.ts';

/** The texts of all wires. Requests are walked as they were parsed: nobody decodes one just to look at it. */
export const callTexts: CallTexts = {
  ofRequest(payload) {
    const texts: RequestText[] = [];
    if (isSeed(payload)) seeNeutral(payload.request.chat(), texts);
    else {
      const { json } = bodyOf(payload);
      if (json !== undefined) walkFor(payload)?.(json, (text, origin, path) => texts.push({ text, origin, path }));
    }
    return texts;
  },
  changeRequest(payload, change) {
    if (isSeed(payload)) {
      const { request } = payload;
      return { ...payload, request: seedClientRequest(changeChat(request.chat(), change), request.body, request.json) };
    }
    const { body, json } = bodyOf(payload);
    if (body === undefined || json === undefined) return payload;
    const replacements: Replacement[] = [];
    walkFor(payload)?.(json, (text, _origin, path) => {
      const changed = change(text);
      if (changed !== undefined && changed !== text) replacements.push({ path, json: JSON.stringify(changed) });
    });
    return replacements.length === 0 ? payload : withBody(payload, replaceValues(body, replacements));
  },
  changeReply(wire, body, change) {
    const walk = REPLY_WALKS[wire];
    const json = parseJson(body.toString('utf8'));
    if (walk === undefined || !isObject(json)) return undefined;
    const replacements: Replacement[] = [];
    const probes: Replacement[] = [];
    walk(json, (value, kind, path) => {
      if (value === undefined || value === null) return;
      if (kind === 'probe') return void probes.push({ path, json: 'null' });
      if (kind === 'json') {
        const changed = changeStrings(value, change);
        if (changed !== value) replacements.push({ path, json: JSON.stringify(changed) });
      } else if (typeof value === 'string') {
        const changed = kind === 'text' ? (change(value) ?? value) : changeJsonText(value, change);
        if (changed !== value) replacements.push({ path, json: JSON.stringify(changed) });
      }
    });
    // Probabilities of tokens spell out what was taken away.
    return replacements.length === 0 ? body : replaceValues(body, [...replacements, ...probes]);
  },
};

function isSeed(payload: Payload): payload is Extract<Payload, { kind: 'chat' }> {
  return payload.kind === 'chat' && payload.request.wire === 'weir-v1';
}

function bodyOf(payload: Payload): { body: Buffer | undefined; json: JsonObject | undefined } {
  return payload.kind === 'pass-through' ? payload : payload.request;
}

function walkFor(payload: Payload): WalkTexts | undefined {
  if (payload.kind === 'chat') return REQUEST_WALKS[payload.request.wire];
  if (payload.kind === 'embeddings') return walkEmbeddings;
  if (/^\/(images|models)\//.test(payload.path)) return walkPassThrough;
  if (payload.path.startsWith('/audio/')) return walkSpeech;
  return undefined;
}

function withBody(payload: Payload, body: Buffer): Payload {
  const json = JSON.parse(body.toString('utf8')) as JsonObject;
  switch (payload.kind) {
    case 'chat':
      return { ...payload, request: payload.protocol.decode(body, json, {}) };
    case 'embeddings':
      return { ...payload, request: payload.protocol.decode(body, json) };
    case 'pass-through':
      return { ...payload, body, json };
  }
}

const ORIGINS: Readonly<Record<string, Origin>> = { user: 'user', assistant: 'output', tool: 'untrusted' };

function seeNeutral({ messages }: ChatRequest, texts: RequestText[]): void {
  messages.forEach(({ role, content }, index) => {
    const origin = ORIGINS[role];
    if (origin === undefined) return;
    const path = ['messages', index, 'content'];
    for (const item of content) {
      if (item.type === 'text') texts.push({ text: item.text, origin, path });
      if (item.type !== 'tool-result') continue;
      for (const part of item.content)
        if (part.type === 'text') texts.push({ text: part.text, origin: 'untrusted', path });
    }
  });
}

function changeChat(chat: ChatRequest, change: ChangeText): ChatRequest {
  return {
    ...chat,
    messages: chat.messages.map((message) =>
      ORIGINS[message.role] === undefined
        ? message
        : { ...message, content: message.content.map((item) => changeContent(item, change)) },
    ),
  };
}

function changeContent(item: Content, change: ChangeText): Content {
  if (item.type === 'text') return { ...item, text: change(item.text) ?? item.text };
  if (item.type !== 'tool-result') return item;
  return { ...item, content: item.content.map((part) => changeContent(part, change)) };
}
