import type { JsonObject } from '../kernel/json.ts';

/** Compiles templates of Weir's part of Jinja2. Errors are `request.invalid` with line and column. */
export interface TemplateCompiler {
  /** Names that a source includes or imports, in no order. */
  partialsOf(source: string): readonly string[];
  /** With the sources of everything it includes, by the names it includes them by. */
  compile(source: string, partials: Readonly<Record<string, string>>): CompiledTemplate;
}

export interface CompiledTemplate {
  /** What it takes from its caller, partials included. */
  readonly variables: readonly { readonly name: string; readonly isOptional: boolean }[];
  /** At once when it is cheap, else from another thread. Bounded in time, memory and output. */
  render(variables: JsonObject, projectId: string): string | Promise<string>;
}
