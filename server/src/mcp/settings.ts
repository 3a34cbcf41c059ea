/** One MCP server of the configuration file. */
export interface ToolServerSettings {
  readonly name: string;
  readonly reach: ProcessSettings | AddressSettings;
  /** One question, until its whole answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Largest answer to one question, as JSON, in bytes. */
  readonly maxResultBytes: number;
  /** May calls on behalf of this project use it? */
  readonly allows: (projectId: string) => boolean;
  /** What the server may ask of models while a tool is called; absent: nothing. */
  readonly sampling?: SamplingSettings | undefined;
  /** May it ask people while a tool is called? */
  readonly elicitation?: boolean;
}

export interface SamplingSettings {
  /** Models and routes it may ask; the first is asked when its hints name none of them. */
  readonly models: readonly string[];
  /** Of one answer. */
  readonly maxTokens: number;
  /** Answers within one call of a tool. */
  readonly maxRounds: number;
}

/** A child process that speaks over its standard streams. */
export interface ProcessSettings {
  readonly kind: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  /** Asked for at each start. Besides these it gets PATH, HOME and the like, nothing else of Weir's environment. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** Undefined: Weir's own. */
  readonly directory: string | undefined;
}

/** Streamable HTTP. */
export interface AddressSettings {
  readonly kind: 'http';
  readonly url: string;
  /** Secrets among them. */
  readonly headers: Readonly<Record<string, string>>;
}
