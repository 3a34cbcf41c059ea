import { badValue } from '../refusal.ts';
import { makeDict } from '../values/containers.ts';
import type { Run } from '../values/run.ts';
import { type CallArguments, Callable, Dict, Missing, Tuple, type Value } from '../values/value.ts';
import type { Evaluate } from './compile-expression.ts';
import type { Scope } from './scope.ts';

export interface MacroCode {
  readonly title: string;
  readonly parameters: readonly { readonly name: string; readonly fallback: Evaluate | undefined }[];
  readonly body: (scope: Scope) => void;
  /** What the body reads of what it is called with besides its parameters. */
  readonly reads: { readonly varargs: boolean; readonly kwargs: boolean; readonly caller: boolean };
}

/** A macro, or what a call block passes as `caller`: called, it gives what its body writes. */
export class Macro extends Callable {
  readonly title: string;
  readonly #code: MacroCode;
  readonly #scope: Scope;

  constructor(code: MacroCode, scope: Scope) {
    super();
    this.title = code.title;
    this.#code = code;
    this.#scope = scope;
  }

  call(run: Run, args: CallArguments): Value {
    const scope = this.#scope.inner();
    return run.deeper(() => {
      run.spend(2 + this.#code.parameters.length);
      this.#bind(run, scope, args);
      return run.capture(() => this.#code.body(scope));
    });
  }

  #bind(run: Run, scope: Scope, { positional, named }: CallArguments): void {
    const { title, parameters, reads } = this.#code;
    const left = new Map(named);
    const absent: MacroCode['parameters'][number][] = [];
    for (const [at, parameter] of parameters.entries()) {
      const { name } = parameter;
      const value = positional[at];
      if (value !== undefined && left.has(name)) throw badValue(`${title} is given its parameter "${name}" twice`);
      const given = value === undefined ? left.get(name) : value;
      scope.set(name, given === undefined ? new Missing(() => `the parameter "${name}" was not given`) : given);
      if (given === undefined) absent.push(parameter);
      left.delete(name);
    }
    const caller = left.get('caller');
    if (caller !== undefined && !reads.caller) throw badValue(`${title} does not call "caller"`);
    if (reads.caller)
      scope.set('caller', caller ?? new Missing(() => 'there is no "caller": the macro is not called by a call block'));
    if (reads.caller) left.delete('caller');
    const more = positional.slice(parameters.length);
    if (reads.varargs) scope.set('varargs', new Tuple(more));
    else if (more.length > 0)
      throw badValue(`${title} takes at most ${parameters.length} values, not ${positional.length}`);
    if (reads.kwargs) scope.set('kwargs', left.size === 0 ? new Dict(new Map()) : makeDict(run, left));
    else if (left.size > 0) throw badValue(`${title} has no parameter "${[...left.keys()][0]}"`);
    for (const { name, fallback } of absent) if (fallback !== undefined) scope.set(name, fallback(scope));
  }
}
