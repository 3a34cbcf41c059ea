export type Setting = {
  /** Port of the mock upstream on 127.0.0.1. */
  upstreamPort: number;
  /** Extra arguments for the Node of a contestant that runs on it (profiling). */
  nodeArguments: readonly string[];
};

/** A started contestant, ready for requests to `/v1/chat/completions`. */
export type Running = {
  port: number;
  /** Processes whose CPU time and memory count; threads are included by the kernel. */
  pids: readonly number[];
  /** Header lines that each request must carry. */
  headers: readonly string[];
  /** What a reader of the results should know about this start. */
  notes: readonly string[];
  stop(): Promise<void>;
};

export type Contestant = {
  name: string;
  /** Replies must have exactly the bytes of the upstream. */
  passesThrough: boolean;
  /** Why it cannot run here, for people; undefined when it can. */
  unavailable(): string | undefined;
  start(setting: Setting): Promise<Running>;
};
