import { appendFileSync } from 'node:fs';
import { z } from 'zod';

/** What our imitations of GitHub's server need of either library. */
interface Registers {
  registerTool(
    name: string,
    config: { description: string; inputSchema: never },
    call: (input: Record<string, string>) => Promise<unknown>,
  ): unknown;
}

const owner = { owner: z.string(), repo: z.string() };

/**
 * Four tools of an imitation of GitHub. Each call is a line `{t, a}` in the file that COUNT names; STARS says how many stars
 * a repository has (500). `shape` makes a library's input schema from fields.
 */
export function registerGithubTools(server: object, shape: (fields: z.ZodRawShape) => unknown): void {
  const register = (
    name: string,
    description: string,
    fields: z.ZodRawShape,
    answer: (input: Record<string, string>) => unknown,
  ) =>
    (server as Registers).registerTool(name, { description, inputSchema: shape(fields) as never }, async (input) => {
      if (process.env.COUNT !== undefined)
        appendFileSync(process.env.COUNT, `${JSON.stringify({ t: name, a: input })}\n`);
      return answer(input);
    });
  register('get_repository', 'Facts about a repository', owner, ({ owner, repo }) =>
    said({
      full_name: `${owner}/${repo}`,
      stargazers_count: Number(process.env.STARS ?? 500),
      description: 'An SDK with "quotes" & <tags>',
    }),
  );
  register('get_file_contents', 'The text of a file', { ...owner, path: z.string() }, ({ path }) =>
    said({ path, content: '# Readme' }),
  );
  register('create_issue', 'Opens an issue', { ...owner, title: z.string(), body: z.string() }, ({ title }) =>
    said({ number: 7, title }),
  );
  register('fails', 'Says that it failed', {}, () => ({
    isError: true,
    content: [{ type: 'text', text: 'no rights' }],
  }));
}

function said(value: unknown): unknown {
  return { content: [{ type: 'text', text: JSON.stringify(value) }] };
}
