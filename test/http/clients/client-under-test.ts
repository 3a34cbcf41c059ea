/** What came of one question to a model, as the client library told it. */
export interface Said {
  readonly text: string;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** `stop`, `tool` or `length`, whatever the library calls it. */
  readonly finish: string | undefined;
}

export interface CalledTool {
  readonly name: string;
  readonly arguments: unknown;
}

export interface Failure {
  /** HTTP status; undefined when the library met no reply. */
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly message: string;
}

/** One official client library, asked for the same things as every other one. */
export interface ClientUnderTest {
  text(model: string, prompt: string): Promise<Said>;
  /** `pieces` counts the pieces of text that arrived. */
  stream(model: string, prompt: string): Promise<Said & { readonly pieces: number }>;
  /** Calls of WEATHER_TOOL that the model makes on the prompt. */
  tools(model: string, prompt: string): Promise<readonly CalledTool[]>;
  streamTools(model: string, prompt: string): Promise<readonly CalledTool[]>;
  /** The tools' calls, then their results, then the final text. */
  toolRound(model: string, prompt: string): Promise<string>;
  /** The reply to PERSON_SCHEMA, parsed. */
  schema?(model: string): Promise<unknown>;
  image?(model: string): Promise<string>;
  embed?(model: string, texts: readonly string[]): Promise<readonly (readonly number[])[]>;
  /** Starts a stream, calls `started` at its first piece of text and waits until the signal stops it. */
  abort(model: string, prompt: string, of: { signal: AbortSignal; started: () => void }): Promise<void>;
  failure(error: unknown): Failure;
}

export const WEATHER_PARAMETERS = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
  additionalProperties: false as const,
};

export const PERSON_SCHEMA = {
  type: 'object' as const,
  properties: { name: { type: 'string' as const }, age: { type: 'integer' as const } },
  required: ['name', 'age'],
  additionalProperties: false as const,
};

/** The smallest PNG: one transparent pixel. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** What the application's weather tool answers. */
export function weatherOf(call: CalledTool): string {
  const { city } = call.arguments as { city: string };
  return `${city}: rain, 8 degrees`;
}

/** Gives the parsed JSON, or the text itself when a client broke it. */
export function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return text;
  }
}

const FINISHES: Readonly<Record<string, string>> = {
  stop: 'stop',
  end_turn: 'stop',
  completed: 'stop',
  tool_calls: 'tool',
  'tool-calls': 'tool',
  tool_use: 'tool',
  length: 'length',
  max_tokens: 'length',
};

export function finishOf(name: string | null | undefined): string | undefined {
  return name === null || name === undefined ? undefined : (FINISHES[name] ?? name);
}
