/** One log line, whatever it came from. */
export interface LogLine {
  /** The message, or the whole line where nothing more is known of it. */
  readonly body: string;
  /** UTF-8 bytes of the line as its source stores or bills it. */
  readonly bytes: number;
  /** Unix milliseconds; undefined: the source does not say. */
  readonly time?: number | undefined;
  /** As the source writes it; undefined: read from the body, if it says. */
  readonly severity?: string | undefined;
  readonly service?: string | undefined;
  /** 32 hexadecimal digits. */
  readonly traceId?: string | undefined;
}

/** What to read: the lines of one service from `from` up to, not including, `to` (Unix milliseconds). */
export interface LogWindow {
  readonly service?: string | undefined;
  readonly from: number;
  readonly to: number;
  /** PostHog's team, for sources that hold several; absent: the source's own. */
  readonly teamId?: number | undefined;
}

/** Where log lines come from. Lines come in batches, oldest first; an error ends the iteration and names the source. */
export interface LogSource {
  readonly name: string;
  read(window: LogWindow, signal: AbortSignal): AsyncIterable<readonly LogLine[]>;
}
