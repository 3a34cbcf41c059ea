import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { UsageError } from '../../../cli/usage-error.ts';
import { PROMPT_FILE_END, type PromptFile } from '../../../features/prompts/files/prompt-file.ts';
import { readPromptFile } from '../../../features/prompts/files/read-prompt-file.ts';
import { writePromptFile } from '../../../features/prompts/files/write-prompt-file.ts';

/** A folder of prompt files: `tutor/code_review.prompt.md` is the prompt `tutor/code_review`. */
export class PromptFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  pathOf(name: string): string {
    return join(this.#folder, `${name}${PROMPT_FILE_END}`);
  }

  /** Every prompt in it, by name. Throws a UsageError that names the file that is wrong. */
  read(): PromptFile[] {
    const files = this.#files().map((path) => {
      const name = relative(this.#folder, path).replaceAll('\\', '/').slice(0, -PROMPT_FILE_END.length);
      const prompt = this.#readFile(path);
      if (prompt.name === name) return prompt;
      throw new UsageError(`${path}: name: says ${prompt.name}, but the file is that of ${name}.`);
    });
    return files.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  write(prompt: PromptFile): void {
    const path = this.pathOf(prompt.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, writePromptFile(prompt));
  }

  #files(): string[] {
    try {
      return readdirSync(this.#folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith(PROMPT_FILE_END))
        .map((path) => join(this.#folder, path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  #readFile(path: string): PromptFile {
    try {
      return readPromptFile(readFileSync(path, 'utf8'));
    } catch (error) {
      throw new UsageError(`${path}: ${(error as Error).message}.`);
    }
  }
}

/** Both say the same; variables that a file leaves out are told from the templates. */
export function sameContent(file: PromptFile, kept: PromptFile): boolean {
  const variables = file.variables === undefined ? undefined : kept.variables;
  return plain(file) === plain({ ...kept, variables });
}

function plain(of: PromptFile): string {
  return JSON.stringify(of, (_, value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** The one folder that stands on the line. */
export function folderOf(operands: readonly string[], verb: string): PromptFolder {
  const [folder, ...more] = operands;
  if (folder !== undefined && more.length === 0) return new PromptFolder(folder);
  throw new UsageError(`Name one folder: weir prompts ${verb} prompts.`);
}
