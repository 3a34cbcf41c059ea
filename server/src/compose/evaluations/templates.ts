import type { JsonObject } from '../../kernel/json.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import type { Clock } from '../../ports/clock.ts';

const RENDER = { threads: 1, deadlineMs: SECOND_MS, maxWaiting: 1000 };

export interface Templates {
  render(of: { source: string; variables: JsonObject; projectId: string }): Promise<string>;
  close(): Promise<void>;
}

/** Renders templates. The interpreter, sixty files, is loaded by the first of them: most servers render none. */
export function templatesOnDemand(clock: Clock): Templates {
  const load = async () => {
    const [{ compileTemplate }, { TemplateRenderer }] = await Promise.all([
      import('../../templates/compile-template.ts'),
      import('../../templates/render-template.ts'),
    ]);
    return { compileTemplate, renderer: new TemplateRenderer({ clock, ...RENDER }) };
  };
  let loaded: ReturnType<typeof load> | undefined;
  return {
    async render({ source, variables, projectId }) {
      loaded ??= load();
      const { compileTemplate, renderer } = await loaded;
      return renderer.render(compileTemplate(source), variables, projectId);
    },
    async close() {
      await (await loaded)?.renderer.close();
    },
  };
}
