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

type Answer = (input: Record<string, string>) => unknown;

const owner = { owner: z.string(), repo: z.string() };

/**
 * Four tools of an imitation of GitHub. Each call is a line `{t, a}` in the file that COUNT names; STARS says how many stars
 * a repository has (500). `shape` makes a library's input schema from fields.
 */
export function registerGithubTools(server: object, shape: (fields: z.ZodRawShape) => unknown): void {
  const register = (name: string, of: { description: string; fields: z.ZodRawShape }, answer: Answer) => {
    const config = { description: of.description, inputSchema: shape(of.fields) as never };
    return (server as Registers).registerTool(name, config, async (input) => {
      const line = `${JSON.stringify({ t: name, a: input })}\n`;
      if (process.env.COUNT !== undefined) appendFileSync(process.env.COUNT, line);
      return answer(input);
    });
  };
  register('get_repository', { description: 'Facts about a repository', fields: owner }, ({ owner, repo }) =>
    said({
      full_name: `${owner}/${repo}`,
      stargazers_count: Number(process.env.STARS ?? 500),
      description: 'An SDK with "quotes" & <tags>',
    }),
  );
  register(
    'get_file_contents',
    { description: 'The text of a file', fields: { ...owner, path: z.string() } },
    ({ path }) => said({ path, content: '# Readme' }),
  );
  register(
    'create_issue',
    { description: 'Opens an issue', fields: { ...owner, title: z.string(), body: z.string() } },
    ({ title }) => said({ number: 7, title }),
  );
  register('fails', { description: 'Says that it failed', fields: {} }, () => ({
    isError: true,
    content: [{ type: 'text', text: 'no rights' }],
  }));
}

function said(value: unknown): unknown {
  return { content: [{ type: 'text', text: JSON.stringify(value) }] };
}
