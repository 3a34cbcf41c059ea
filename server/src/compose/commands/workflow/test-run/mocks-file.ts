import { readFile, writeFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { CommandFailure } from '../../../../cli/usage-error.ts';
import type { Json } from '../../../../kernel/json.ts';

const json = z.json() as unknown as z.ZodType<Json>;

const answer = z.strictObject({
  output: json,
  raw: json.optional(),
  tokens: z.number().int().nonnegative().optional(),
  model: z.string().optional(),
});
const failure = z.strictObject({
  error: z.strictObject({ code: z.string().default('upstream.unavailable'), message: z.string() }),
});
const decision = z.strictObject({ decision: z.enum(['approve', 'reject']), data: json.optional() });
const mock = z.union([answer, failure, decision]);

const stepExpectation = z.strictObject({ status: z.string().optional(), output: json.optional() });

const mocksSchema = z.strictObject({
  input: json.default({}),
  /** By path or name; a list has one for each try, the last for all that follow. */
  steps: z.record(z.string(), z.union([mock, z.array(mock).min(1)])).default({}),
  expect: z
    .strictObject({
      status: z.enum(['completed', 'failed', 'cancelled']).optional(),
      output: json.optional(),
      error: json.optional(),
      steps: z.record(z.string(), stepExpectation).optional(),
    })
    .optional(),
});

export type Mock = z.infer<typeof mock>;
/** What a workflow is tested with: answers instead of models, tools and people, and how the run must end. */
export type Mocks = z.infer<typeof mocksSchema>;
export type Expectation = NonNullable<Mocks['expect']>;

/** Reads a JSON or YAML file of mocks; what is wrong in it ends the command with its place. */
export async function readMocks(file: string): Promise<Mocks> {
  const parsed = parseDocument(await textOf(file));
  if (parsed.errors.length > 0) throw new CommandFailure(`${file}: ${parsed.errors[0]?.message}`);
  const checked = mocksSchema.safeParse(parsed.toJS() ?? {});
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new CommandFailure(`${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
}

/** Writes what a run did as what it must do; comments and everything else in the file stay. */
export async function writeExpectation(file: string, expect: Expectation): Promise<void> {
  const text = await textOf(file);
  if (file.endsWith('.json')) {
    const json = { ...(JSON.parse(text) as object), expect };
    return writeFile(file, `${JSON.stringify(json, null, 2)}\n`);
  }
  const document = parseDocument(text);
  document.set('expect', document.createNode(expect as Json));
  return writeFile(file, document.toString({ lineWidth: 0 }));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    throw new CommandFailure(`${file} cannot be read: ${(thrown as Error).message}`);
  }
}
