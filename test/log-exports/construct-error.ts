/** A configuration that the real tool takes and this evaluator does not know: never ignored, always named. */
export class UnsupportedConstruct extends Error {
  constructor(tool: string, construct: string) {
    super(`The ${tool} evaluator does not know ${construct}.`);
    this.name = 'UnsupportedConstruct';
  }
}

/** A configuration that the real tool refuses to start with. */
export class RefusedConfiguration extends Error {
  constructor(tool: string, reason: string) {
    super(`${tool} refuses this configuration: ${reason}.`);
    this.name = 'RefusedConfiguration';
  }
}

/** A configuration on which a tool's documentation and its program, or its versions, disagree: no export may rest on it. */
export class DisputedConstruct extends Error {
  constructor(tool: string, dispute: string) {
    super(`${tool}: ${dispute}.`);
    this.name = 'DisputedConstruct';
  }
}
