import { isWeirError, WeirError } from '../../kernel/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LogLine, LogSource } from '../../ports/log-source.ts';
import type { LogServiceRow } from '../../ports/storage.ts';
import type { Adviser } from './advice/ask-advice.ts';
import { analyzeLines, type LogAnalysis } from './analyze-lines.ts';
import { chooseSource, type KnownSources, type SourceChoice } from './choose-source.ts';
import { bytesFor, type Generated, generatePolicy } from './generate-policy.ts';
import { PUSHED } from './live/pushed-lines.ts';
import type { LineReader, LogMiner } from './miner.ts';
import { type DryRun, dryRun } from './policies/dry-run.ts';
import type { LogPolicies } from './policies/log-policies.ts';

export interface LogSamplingParts {
  readonly policies: LogPolicies;
  readonly sources: KnownSources;
  readonly miner: LogMiner;
  readonly reader: LineReader;
  readonly clock: Clock;
  readonly usdPerGb: () => number;
  readonly signatureVersion: number;
}

export interface WindowRequest extends SourceChoice {
  readonly hours: number;
  readonly teamId: number | null;
  /** Lines to keep as pushed and look at; undefined: a source is read. */
  readonly lines?: readonly LogLine[] | undefined;
  readonly signal: AbortSignal;
}

export interface PolicyRequest extends WindowRequest {
  readonly usdPerDay: number | undefined;
  readonly adviser: Adviser | { readonly missing: string } | undefined;
  readonly locks: Readonly<Record<string, number>> | undefined;
  readonly foldErrorsPerSecond: number | null;
  readonly activate: boolean;
  readonly author: string;
}

const HOUR_MS = 3_600_000;
const MOST_WINDOWS = 100;

/** From lines to policies: reads sources, remembers the last window of each service, makes versions. */
export class LogSampling {
  readonly #parts: LogSamplingParts;
  /** By service id. */
  readonly #windows = new Map<number, LogAnalysis>();

  constructor(parts: LogSamplingParts) {
    this.#parts = parts;
  }

  /** Throws `request.invalid` for a source there is not, `resource.not_found` when it has no lines. */
  async analyze(request: WindowRequest): Promise<{ service: LogServiceRow; analysis: LogAnalysis }> {
    const { clock, sources, policies, miner, reader } = this.#parts;
    const { projectId, lines } = request;
    const now = clock.now();
    // Lines that come with the request are in the window, however long it takes to look at them.
    const to = now + 1;
    const from = to - request.hours * HOUR_MS;
    if (lines !== undefined) sources.pushed.push(projectId, request.service, { lines, at: now });
    const source = chooseSource(lines === undefined ? request : { ...request, source: PUSHED }, sources);
    const read = source.read(
      { service: request.service, from, to, teamId: request.teamId ?? undefined },
      request.signal,
    );
    const analysis = await analyzeLines({ lines: named(read, source, request.signal), from, to, miner, reader });
    if (analysis.lines === 0) {
      throw new WeirError('resource.not_found', {
        param: 'service_name',
        message: `service_name: the source "${source.name}" has no lines of it in the last ${request.hours} h.`,
      });
    }
    const service = await policies.claim(projectId, { name: request.service, teamId: request.teamId });
    this.#remember(service.id, analysis);
    return { service, analysis };
  }

  async generate(request: PolicyRequest): Promise<Generated & { service: LogServiceRow }> {
    const { policies, clock, signatureVersion } = this.#parts;
    const { service, analysis } = await this.analyze(request);
    const usdPerGb = this.#parts.usdPerGb();
    const { usdPerDay, adviser, locks, foldErrorsPerSecond, author, activate } = request;
    const windowMs = analysis.to - analysis.from;
    const generated = await generatePolicy(
      {
        ...{ service, analysis, usdPerGb, adviser, locks, foldErrorsPerSecond, author, activate },
        targetUsdPerDay: usdPerDay,
        targetBytes: usdPerDay === undefined ? undefined : bytesFor(usdPerDay, { usdPerGb, windowMs }),
      },
      { policies, clock, signatureVersion },
    );
    return { ...generated, service };
  }

  /** What a version would keep of the last window; undefined: there was none since the start. */
  async dryRun(service: LogServiceRow, version: number): Promise<DryRun | undefined> {
    const { policies } = this.#parts;
    const after = await policies.version(service, version);
    const window = this.#windows.get(service.id);
    if (window === undefined) return undefined;
    return dryRun({ groups: window.groups, before: await policies.inForce(service), after, target: undefined });
  }

  #remember(serviceId: number, analysis: LogAnalysis): void {
    this.#windows.delete(serviceId);
    this.#windows.set(serviceId, analysis);
    if (this.#windows.size > MOST_WINDOWS) this.#windows.delete(this.#windows.keys().next().value ?? 0);
  }
}

/** The same lines; what is thrown names the source. */
async function* named(lines: AsyncIterable<readonly LogLine[]>, { name }: LogSource, signal: AbortSignal) {
  try {
    yield* lines;
  } catch (error) {
    if (signal.aborted) {
      throw new WeirError('upstream.timeout', {
        message: `The log source "${name}" was not read to its end in time; ask for fewer hours.`,
        cause: error,
      });
    }
    if (isWeirError(error)) throw error;
    throw new WeirError('upstream.unavailable', {
      message: `The log source "${name}" could not be read.`,
      cause: error,
    });
  }
}
