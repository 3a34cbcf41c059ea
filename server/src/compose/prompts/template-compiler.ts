import { SECOND_MS } from '../../kernel/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RenderTemplate } from '../../ports/render-template.ts';
import type { TemplateCompiler } from '../../ports/templates.ts';

const RENDER = { threads: 1, deadlineMs: SECOND_MS, maxWaiting: 1000 };

export interface LazyCompiler {
  load(): Promise<TemplateCompiler>;
  /** One text, compiled for this once. */
  readonly render: RenderTemplate;
  close(): Promise<void>;
}

/** Compiles and renders templates. The interpreter, sixty files, is loaded by the first of them: many servers use none. */
export function templateCompiler(clock: Clock): LazyCompiler {
  const load = async () => {
    const [{ compileTemplate }, { partialNames }, { TemplateRenderer }] = await Promise.all([
      import('../../templates/compile-template.ts'),
      import('../../templates/partial-names.ts'),
      import('../../templates/render-template.ts'),
    ]);
    const renderer = new TemplateRenderer({ clock, ...RENDER });
    const compiler: TemplateCompiler = {
      partialsOf: partialNames,
      compile(source, partials) {
        const template = compileTemplate(source, { partials });
        return {
          variables: template.variables,
          render: (variables, projectId) => renderer.render(template, variables, projectId),
        };
      },
    };
    return { compiler, renderer };
  };
  let loaded: ReturnType<typeof load> | undefined;
  return {
    async load() {
      loaded ??= load();
      return (await loaded).compiler;
    },
    async render({ source, variables, projectId }) {
      loaded ??= load();
      const { compiler } = await loaded;
      return compiler.compile(source, {}).render(variables, projectId);
    },
    async close() {
      await (await loaded)?.renderer.close();
    },
  };
}
