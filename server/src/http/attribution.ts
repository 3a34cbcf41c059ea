import type { IncomingHttpHeaders } from 'node:http';
import type { Attribution } from '../ports/call.ts';

const MAX_LABEL = 256;

/** Who and what a call is for, from headers. Labels only: they never grant access. */
export function attributionOf(headers: IncomingHttpHeaders, bodyUser: string | undefined): Attribution {
  return {
    userId: label(headers['x-user-id']) ?? label(bodyUser),
    agentType: label(headers['x-weir-agent']) ?? label(headers['x-claude-code-agent-type']),
    sessionId:
      label(headers['x-weir-session']) ?? label(headers['x-claude-code-session-id']) ?? label(headers.session_id),
    tags: tagsOf(label(headers['x-weir-tags'], 4096)),
    traceparent: label(headers.traceparent),
  };
}

const NO_TAGS: Readonly<Record<string, string>> = Object.freeze({});

/** `k=v, k2=v2`; at most 20, malformed entries ignored. */
function tagsOf(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined) return NO_TAGS;
  const tags: [string, string][] = [];
  for (const entry of text.split(',')) {
    const equals = entry.indexOf('=');
    if (equals > 0 && tags.length < 20) {
      tags.push([
        entry.slice(0, equals).trim().slice(0, 64),
        entry
          .slice(equals + 1)
          .trim()
          .slice(0, MAX_LABEL),
      ]);
    }
  }
  return Object.fromEntries(tags.filter(([name]) => name !== '' && name !== '__proto__'));
}

function label(value: string | string[] | undefined, maxLength = MAX_LABEL): string | undefined {
  const text = Array.isArray(value) ? value[0] : value;
  return text === undefined || text === '' ? undefined : text.slice(0, maxLength);
}
