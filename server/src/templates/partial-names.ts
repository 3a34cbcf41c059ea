import { analyse } from './evaluate/analyse.ts';
import { translated } from './refusal.ts';
import { parseTemplate } from './syntax/parse-template.ts';

/** The names that a template includes or imports, in the order of their first use. Throws like `compileTemplate`. */
export function partialNames(source: string): string[] {
  return translated(() => {
    const names = new Set<string>();
    analyse(parseTemplate({ source, spacing: {} }), (name) => {
      names.add(name);
      return undefined;
    });
    return [...names];
  });
}
