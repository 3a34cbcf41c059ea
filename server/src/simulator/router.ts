import type { IncomingHttpHeaders } from 'node:http';
import type { Route } from './exchange.ts';
import { anthropicFamily } from './wires/anthropic/family.ts';
import { anthropicRoutes } from './wires/anthropic/routes.ts';
import type { WireFamily } from './wires/family.ts';
import { groqFamily } from './wires/groq/family.ts';
import { groqRoutes } from './wires/groq/routes.ts';
import { huggingFaceFamily } from './wires/huggingface/family.ts';
import { huggingFaceRoutes } from './wires/huggingface/routes.ts';
import { openAiFamily } from './wires/openai/family.ts';
import { openAiRoutes } from './wires/openai/routes.ts';

/** Providers whose own paths could not be told apart may also be reached below their name. */
const ALIASES = /^\/(?:anthropic(?=\/v1\/)|groq(?=\/openai\/))/;

const COMPILED = [...anthropicRoutes, ...groqRoutes, ...huggingFaceRoutes, ...openAiRoutes].map((route) => ({
  route,
  pattern: compile(route.path),
}));

export interface Match {
  route: Route;
  params: Record<string, string>;
}

export function matchRoute(method: string, path: string, headers: IncomingHttpHeaders): Match | undefined {
  const plain = path.replace(ALIASES, '');
  for (const { route, pattern } of COMPILED) {
    if (route.method !== method || (route.when && !route.when(headers))) continue;
    const found = pattern.exec(plain);
    if (!found) continue;
    const params = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeLoosely(value)]);
    return { route, params: Object.fromEntries(params) };
  }
  return undefined;
}

/** Whose error shape a path gets that no route knows. */
export function familyOfPath(path: string, headers: IncomingHttpHeaders): WireFamily {
  if (/^\/(anthropic\/)?v1\/messages/.test(path) || headers['anthropic-version'] !== undefined) return anthropicFamily;
  if (/^\/(groq\/)?openai\//.test(path)) return groqFamily;
  return path.startsWith('/hf/') ? huggingFaceFamily : openAiFamily;
}

function compile(path: string): RegExp {
  const source = path.replace(
    /:(\w+)(\*?)/g,
    (_, name: string, rest: string) => `(?<${name}>${rest ? '.+' : '[^/]+'})`,
  );
  return new RegExp(`^${source}$`);
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
