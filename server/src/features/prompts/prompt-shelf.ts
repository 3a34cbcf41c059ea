import { LRUCache } from 'lru-cache';
import { invalidRequest, WeirError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { changedPrompt, type PromptStore } from '../../ports/prompt-store.ts';
import type { CompiledTemplate, TemplateCompiler } from '../../ports/templates.ts';
import { type PromptContent, type PromptMessage, readContent } from './content.ts';
import { readPartialReference } from './partial-reference.ts';
import { chooseVersion, LATEST, type LabelTarget, mainVersion, readTargets, USUAL } from './targets.ts';
import { VariableRules } from './variables.ts';

/** Which version of a prompt is meant. Neither version nor label: `production` when it is set, else `latest`. */
export interface WhichVersion {
  readonly version?: number | undefined;
  readonly label?: string | undefined;
  /** Whose share of a weighted label it is; absent: the version with the largest share. */
  readonly unit?: string | undefined;
}

export interface RenderedPrompt {
  readonly name: string;
  readonly version: number;
  readonly messages: readonly PromptMessage[];
  readonly settings: JsonObject;
}

/** A version ready to be rendered. */
export interface ReadyVersion {
  readonly content: PromptContent;
  /** One per message. */
  readonly templates: readonly CompiledTemplate[];
  readonly rules: VariableRules;
}

/** Says what is wrong with variables by a schema that says more than names and types; undefined: nothing. */
export type VariablesProblem = (of: {
  readonly projectId: string;
  readonly schema: JsonObject;
  readonly variables: JsonObject;
}) => Promise<string | undefined>;

export interface PromptShelfParts {
  readonly store: Pick<PromptStore, 'get' | 'version'>;
  /** Loaded when the first prompt is. */
  readonly templates: () => Promise<TemplateCompiler>;
  readonly variablesProblem: VariablesProblem;
}

/** Where labels of a prompt point now. */
interface Head {
  readonly latest: number;
  readonly labels: ReadonlyMap<string, readonly LabelTarget[]>;
}

interface Shelved extends ReadyVersion {
  /** Prompts whose labels decide what it includes, as `changedPrompt` names them. */
  readonly follows: ReadonlySet<string>;
}

const MOST_HEADS = 10_000;
const MOST_VERSIONS = 2000;
const DEEPEST_PARTIAL = 5;
/** Names of the prompts that came with Weir work without this. */
const STARTERS = 'tutor/';

/** Prompts as calls need them: in memory, compiled, and up to date because every change is told (`forget`). */
export class PromptShelf {
  readonly #of: PromptShelfParts;
  readonly #heads = new LRUCache<string, Head>({ max: MOST_HEADS });
  readonly #versions = new LRUCache<string, Shelved>({ max: MOST_VERSIONS });
  /** Counts what was told: what was read while it changed is not kept. */
  #told = 0;

  constructor(of: PromptShelfParts) {
    this.#of = of;
  }

  /** Names as `changedPrompt` gives them; undefined: everything may have changed. */
  forget(names: readonly string[] | undefined): void {
    this.#told++;
    if (names === undefined) {
      this.#heads.clear();
      this.#versions.clear();
      return;
    }
    for (const name of names) this.#heads.delete(name);
    for (const [key, { follows }] of this.#versions)
      if (names.some((name) => follows.has(name))) this.#versions.delete(key);
  }

  /** Rejects with `resource.not_found`, or `request.invalid` naming the variable that is missing or wrong. */
  async render(
    of: WhichVersion & { projectId: string; name: string; variables: JsonObject; isBareName?: boolean },
  ): Promise<RenderedPrompt> {
    const { projectId } = of;
    const name = of.isBareName === true ? await this.#fullName(projectId, of.name) : of.name;
    const version = await this.resolve({ ...of, name });
    const { content, templates, rules } =
      this.#shelved(projectId, name, version) ?? (await this.ready(projectId, name, version));
    const variables = rules.fill(of.variables);
    if (rules.needsValidator) {
      const problem = await this.#of.variablesProblem({ projectId, schema: rules.schema, variables });
      if (problem !== undefined) throw invalidRequest('variables', problem);
    }
    const messages: PromptMessage[] = [];
    for (const [at, template] of templates.entries()) {
      const rendering = template.render(variables, projectId);
      const text = typeof rendering === 'string' ? rendering : await rendering;
      messages.push({ role: content.messages[at]?.role ?? 'user', content: text });
    }
    return { name, version, messages, settings: content.settings };
  }

  /** The number of the version that is meant. Rejects with `resource.not_found`. */
  async resolve({ projectId, name, ...which }: WhichVersion & { projectId: string; name: string }): Promise<number> {
    const head = this.#heads.get(changedPrompt(projectId, name)) ?? (await this.#head(projectId, name));
    if (head === undefined) throw notFound(`There is no prompt "${name}".`);
    const { version, label, unit } = which;
    if (version !== undefined && label !== undefined) throw invalidRequest('label', 'send either version or label');
    if (version !== undefined) {
      if (version <= head.latest) return version;
      throw notFound(`The prompt "${name}" has no version ${version}; its latest is ${head.latest}.`);
    }
    if (label === LATEST) return head.latest;
    const targets = head.labels.get(label ?? USUAL) ?? [];
    const chosen =
      unit === undefined ? mainVersion(targets) : chooseVersion(targets, { key: `${name}@${label ?? USUAL}`, unit });
    if (chosen !== undefined) return chosen;
    if (label === undefined) return head.latest;
    throw notFound(`The label "${label}" of the prompt "${name}" points nowhere.`);
  }

  /** A version, compiled. */
  async ready(projectId: string, name: string, version: number): Promise<ReadyVersion> {
    const known = this.#shelved(projectId, name, version);
    if (known !== undefined) return known;
    const told = this.#told;
    const row = await this.#of.store.version(projectId, name, version);
    if (row === undefined) throw notFound(`The prompt "${name}" has no version ${version}.`);
    const ready = await this.compile(projectId, readContent(row));
    if (told === this.#told) this.#versions.set(versionKey(projectId, name, version), ready);
    return ready;
  }

  /** Compiles what may become a version, with everything it includes. Rejects with `request.invalid`. */
  async compile(projectId: string, content: PromptContent): Promise<Shelved> {
    const compiler = await this.#of.templates();
    const partials: Record<string, string> = {};
    const follows = new Set<string>();
    for (const { content: source } of content.messages) {
      await this.#collect({ projectId, source, compiler, partials, follows, depth: 1 });
    }
    const templates = content.messages.map(({ content: source }) => compiler.compile(source, partials));
    return { content, templates, rules: new VariableRules(content.variables), follows };
  }

  #shelved(projectId: string, name: string, version: number): Shelved | undefined {
    return this.#versions.get(versionKey(projectId, name, version));
  }

  /** A project's own prompt of that name comes first. */
  async #fullName(projectId: string, name: string): Promise<string> {
    if (name.includes('/') || (await this.#head(projectId, name)) !== undefined) return name;
    const starter = `${STARTERS}${name}`;
    return (await this.#head(projectId, starter)) === undefined ? name : starter;
  }

  async #head(projectId: string, name: string): Promise<Head | undefined> {
    const key = changedPrompt(projectId, name);
    const known = this.#heads.get(key);
    if (known !== undefined) return known;
    const told = this.#told;
    const kept = await this.#of.store.get(projectId, name);
    if (kept === undefined || kept.prompt.archived_at !== null) return undefined;
    const labels = new Map(kept.labels.map(({ label, targets }) => [label, readTargets(targets)]));
    const head = { latest: kept.prompt.latest, labels };
    if (told === this.#told) this.#heads.set(key, head);
    return head;
  }

  async #collect(of: {
    projectId: string;
    source: string;
    compiler: TemplateCompiler;
    partials: Record<string, string>;
    follows: Set<string>;
    depth: number;
  }): Promise<void> {
    const { projectId, compiler, partials, follows, depth } = of;
    for (const written of compiler.partialsOf(of.source)) {
      if (depth > DEEPEST_PARTIAL) {
        throw invalidRequest(
          'messages',
          `prompts include each other more than ${DEEPEST_PARTIAL} deep, at "${written}"`,
        );
      }
      const { name, version, label } = readPartialReference(written);
      if (label !== undefined) follows.add(changedPrompt(projectId, name));
      const source = partials[written] ?? (await this.#partial(written, { projectId, name, version, label }));
      partials[written] = source;
      await this.#collect({ ...of, source, depth: depth + 1 });
    }
  }

  async #partial(
    written: string,
    of: { projectId: string; name: string; version: number | undefined; label: string | undefined },
  ): Promise<string> {
    try {
      const version = await this.resolve(of);
      const row = await this.#of.store.version(of.projectId, of.name, version);
      const content = row === undefined ? undefined : readContent(row);
      if (content?.kind === 'text') return content.messages[0]?.content ?? '';
    } catch (error) {
      if (!(error instanceof WeirError) || error.code !== 'resource.not_found') throw error;
      throw invalidRequest('messages', `includes "${written}": ${error.message}`);
    }
    throw invalidRequest('messages', `includes "${written}", which is no text prompt`);
  }
}

function versionKey(projectId: string, name: string, version: number): string {
  return `${changedPrompt(projectId, name)} ${version}`;
}

function notFound(message: string): WeirError {
  return new WeirError('resource.not_found', { message });
}
