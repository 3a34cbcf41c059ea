import type { Json } from '../../../kernel/json.ts';
import type { Scope } from '../flow.ts';

/** A scope in which every setting is its own expression, so that what is rendered, and stored, holds no value of it. */
export function hideEnv(scope: Scope): Scope {
  return { ...scope, env: Object.fromEntries(Object.keys(scope.env).map((name) => [name, placeholder(name)])) };
}

/**
 * The text with the values of the settings that its own template names, or the name of one that is missing. Other names in it
 * came from outputs of steps, and whoever wrote those must not be able to ask for settings.
 */
export function fillEnv(
  text: string,
  of: { template: Json | undefined; env: (name: string) => string | undefined },
): string | { readonly missing: string } {
  let filled = text;
  for (const name of namedIn(of.template)) {
    const value = of.env(name);
    if (value === undefined) return { missing: name };
    filled = filled.replaceAll(placeholder(name), () => value);
  }
  return filled;
}

function placeholder(name: string): string {
  return `{{env.${name}}}`;
}

function namedIn(template: Json | undefined): Set<string> {
  if (typeof template !== 'string') return new Set();
  return new Set([...template.matchAll(/\benv\.([A-Za-z_]\w*)/g)].map((match) => match[1] as string));
}
