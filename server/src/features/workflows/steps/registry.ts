import type { ToolServers } from '../../../ports/tool-servers.ts';
import { type EvalServices, evalRunner } from './eval.ts';
import { type HttpServices, httpRunner } from './http.ts';
import { promptRunner } from './prompt.ts';
import { resourceRunner } from './resource.ts';
import { samplingRunner } from './sampling.ts';
import type { StepRunner, WorkType } from './step-runner.ts';
import { toolRunner } from './tool.ts';

export interface StepServices extends HttpServices, EvalServices {
  readonly servers: ToolServers;
}

export type StepRunners = { readonly [T in WorkType]: StepRunner<T> };

/** Every step type that does something outside. A new one is a file in this folder and a line here. */
export function stepRunners(services: StepServices): StepRunners {
  const { models, servers } = services;
  return {
    sampling: samplingRunner(models),
    tool: toolRunner(servers),
    prompt: promptRunner(servers),
    resource: resourceRunner(servers),
    http: httpRunner(services),
    eval: evalRunner(services),
  };
}
