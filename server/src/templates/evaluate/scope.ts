import { didYouMean } from '../did-you-mean.ts';
import { unsupported } from '../refusal.ts';
import { fromJson, ownValue } from '../values/from-json.ts';
import type { Run } from '../values/run.ts';
import { Missing, type Value } from '../values/value.ts';
import { GLOBALS } from './globals.ts';

/** What a template is rendered with: plain data, of which only own properties are ever read. */
export type TemplateData = Readonly<Record<string, unknown>>;

/** The outermost names: the caller's variables, then the functions that every template has. */
export class Variables {
  readonly #data: TemplateData;
  readonly #run: Run;
  readonly #read = new Map<string, Value>();

  constructor(run: Run, data: TemplateData) {
    this.#run = run;
    this.#data = data;
  }

  get(name: string): Value {
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const own = ownValue(this.#data, name);
    const value = own === undefined ? (GLOBALS.get(name) ?? this.#missing(name)) : fromJson(this.#run, own);
    this.#read.set(name, value);
    return value;
  }

  #missing(name: string): Missing {
    if (name === 'lipsum')
      throw unsupported('"lipsum" is not supported: the same variables have to give the same prompt');
    const reason = () => `the variable "${name}" is missing${didYouMean(name, Object.keys(this.#data))}`;
    return new Missing(reason, { variable: name });
  }
}

/** Looking into one scope is less than a step. */
const STEPS_PER_SCOPE = 0.125;

/** The names that are set at one place of a template, within those around it. */
export class Scope {
  readonly run: Run;
  readonly variables: Variables;
  readonly #outer: Scope | undefined;
  #names: Map<string, Value> | undefined;

  constructor(run: Run, variables: Variables, outer?: Scope) {
    this.run = run;
    this.variables = variables;
    this.#outer = outer;
  }

  inner(): Scope {
    return new Scope(this.run, this.variables, this);
  }

  get(name: string): Value {
    let scope: Scope | undefined = this;
    let steps = 0;
    do {
      const value: Value | undefined = scope.#names?.get(name);
      if (value !== undefined) return value;
      scope = scope.#outer;
      steps += STEPS_PER_SCOPE;
    } while (scope !== undefined);
    this.run.spend(steps);
    return this.variables.get(name);
  }

  set(name: string, value: Value): void {
    this.#names ??= new Map();
    this.#names.set(name, value);
  }

  /** The names set right here. */
  own(): ReadonlyMap<string, Value> {
    return this.#names ?? new Map();
  }
}
