import { analyse, type TemplateVariable } from './evaluate/analyse.ts';
import { compileBody, type Emit } from './evaluate/compile-statement.ts';
import { Scope, type TemplateData, Variables } from './evaluate/scope.ts';
import { Refusal, translated } from './refusal.ts';
import type { Body } from './syntax/nodes.ts';
import { parseTemplate } from './syntax/parse-template.ts';
import type { Spacing } from './syntax/split-template.ts';
import { Run, type TemplateLimits } from './values/run.ts';

export interface TemplateOptions extends Spacing {
  /** Sources by name that `include`, `import` and `from` may use; nothing else can be loaded. */
  readonly partials?: Readonly<Record<string, string>>;
}

export interface Template {
  readonly source: string;
  readonly options: TemplateOptions;
  /** What it takes from its caller, partials included. */
  readonly variables: readonly TemplateVariable[];
  /** It has loops, macros or partials: render it with `TemplateRenderer`, off the event loop. */
  readonly hasLoops: boolean;
  /**
   * The text for these variables, which are plain JSON. Throws `request.invalid` with line and column when one is missing,
   * when an operation is not possible or a limit is reached.
   */
  render(data: TemplateData, limits?: TemplateLimits): string;
}

/** What one rendering may use unless something else is asked for. */
export const TEMPLATE_LIMITS: TemplateLimits = {
  fuel: 100_000,
  outputCharacters: 1_000_000,
  memoryCharacters: 8_000_000,
  depth: 50,
};

/**
 * Compiles a template of Weir's part of Jinja2: what it accepts renders byte for byte as Jinja2 3.1 does with
 * `StrictUndefined` and no autoescape; what it does not is refused with `request.invalid`, line and column.
 */
export function compileTemplate(source: string, options: TemplateOptions = {}): Template {
  return translated(() => {
    const partials = new Partials(options);
    const body = parseTemplate({ source, spacing: options });
    const emit = compileBody(body, (name) => partials.emit(name));
    const { variables, hasLoops } = analyse(body, (name) => partials.tree(name));
    return {
      source,
      options,
      variables,
      hasLoops,
      render: (data, limits = TEMPLATE_LIMITS) => translated(() => render({ emit, data, limits })),
    };
  });
}

function render({ emit, data, limits }: { emit: Emit; data: TemplateData; limits: TemplateLimits }): string {
  const run = new Run(limits);
  try {
    emit(new Scope(run, new Variables(run, data)));
  } catch (thrown) {
    if (thrown instanceof Refusal && run.at !== undefined) thrown.at ??= run.at;
    throw thrown;
  }
  return run.text;
}

/** The partials of one template, each read and compiled once, when it is first used. */
class Partials {
  readonly #options: TemplateOptions;
  readonly #trees = new Map<string, Body>();
  readonly #emits = new Map<string, { emit: Emit | undefined }>();

  constructor(options: TemplateOptions) {
    this.#options = options;
  }

  tree(name: string): Body | undefined {
    const known = this.#trees.get(name);
    if (known !== undefined) return known;
    const { partials = {} } = this.#options;
    const source = Object.hasOwn(partials, name) ? partials[name] : undefined;
    if (source === undefined) return undefined;
    const body = parseTemplate({ source, spacing: this.#options, partial: name });
    this.#trees.set(name, body);
    return body;
  }

  emit(name: string): Emit | undefined {
    const known = this.#emits.get(name);
    const body = this.tree(name);
    if (body === undefined) return undefined;
    const slot = known ?? { emit: undefined };
    if (known === undefined) {
      // Known before it is compiled, because it may use itself.
      this.#emits.set(name, slot);
      slot.emit = compileBody(body, (inner) => this.emit(inner));
    }
    return (scope) => slot.emit?.(scope);
  }
}
