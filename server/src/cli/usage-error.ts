/** The command line itself is wrong: exit code 2. The message says what to type instead. */
export class UsageError extends Error {}

/** The command line was right and the work could not be done: exit code 1. The message says why and what to do. */
export class CommandFailure extends Error {
  /** Of the server's reply; absent: it is not about one. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}
