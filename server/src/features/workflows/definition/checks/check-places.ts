import { isWeirError } from '../../../../kernel/errors.ts';
import { asArray, asObject, isObject } from '../../../../kernel/json.ts';
import { nearest } from '../../../../kernel/nearest.ts';
import type { Tool } from '../../../../ports/tool-servers.ts';
import type { Flow, StepOf } from '../../flow.ts';
import type { FlowKnowledge } from '../flow-knowledge.ts';
import { errorAt, type Problem, warningAt } from '../problem.ts';
import { placeInFlow, placeOf } from '../templates-of.ts';
import { walkSteps } from '../walk-steps.ts';

/** What the flow calls by name outside itself: tool servers and tools, models, workflows, evaluators. */
export async function checkPlaces(flow: Flow, knowledge: FlowKnowledge): Promise<Problem[]> {
  const problems: Problem[] = [];
  const tools = new Map<string, readonly Tool[] | undefined>();
  for (const step of walkSteps(flow.steps)) {
    if (step.type === 'tool' || step.type === 'prompt' || step.type === 'resource')
      problems.push(...(await checkServer(step, { knowledge, tools })));
    if (step.type === 'sampling') problems.push(...checkModel(step, knowledge));
    if (step.type === 'workflow') problems.push(...checkWorkflow(step, flow, knowledge));
    if (step.type === 'eval' && knowledge.evaluators !== undefined)
      problems.push(
        ...checkName(step.evaluator, {
          what: 'evaluator',
          names: knowledge.evaluators,
          pointer: placeOf(step, 'evaluator'),
        }),
      );
    if (step.budget?.degradeTo !== undefined)
      problems.push(...checkModelName(step.budget.degradeTo, placeOf(step, 'budget'), knowledge));
  }
  if (flow.budget?.degradeTo !== undefined)
    problems.push(...checkModelName(flow.budget.degradeTo, placeInFlow(flow, 'budget'), knowledge));
  if (flow.onFailure.workflow !== undefined && knowledge.workflows !== undefined)
    problems.push(
      ...checkName(flow.onFailure.workflow, {
        what: 'workflow',
        names: knowledge.workflows,
        pointer: placeInFlow(flow, 'onError'),
      }),
    );
  return problems;
}

interface NamedThing {
  readonly what: string;
  readonly names: readonly string[];
  readonly pointer: string;
  readonly remedy?: string;
}

function checkName(name: string, { what, names, pointer, remedy }: NamedThing): Problem[] {
  if (name.includes('{{') || names.includes(name)) return [];
  const meant = nearest(name.slice(0, 64), names);
  const known = names.length === 0 ? 'There is none yet.' : `Known: ${names.slice(0, 20).join(', ')}.`;
  const fix = meant === undefined ? (remedy ?? known) : `Did you mean ${JSON.stringify(meant)}?`;
  return [errorAt(pointer, `There is no ${what} ${JSON.stringify(name)}.`, fix)];
}

interface ToolKnowledge {
  readonly knowledge: FlowKnowledge;
  /** By server; undefined: it cannot be reached now. */
  readonly tools: Map<string, readonly Tool[] | undefined>;
}

async function checkServer(
  step: StepOf<'tool' | 'prompt' | 'resource'>,
  { knowledge, tools }: ToolKnowledge,
): Promise<Problem[]> {
  const { toolServers } = knowledge;
  if (toolServers === undefined || step.server === undefined) return [];
  const pointer = placeOf(step, step.type === 'prompt' && step.pointers?.server === undefined ? 'prompt' : 'server');
  const unknown = checkName(step.server, {
    what: 'tool server',
    names: toolServers.names,
    pointer,
    remedy: 'Add it to mcp.servers of the configuration file.',
  });
  if (unknown.length > 0 || step.type !== 'tool') return unknown;
  if (!tools.has(step.server)) tools.set(step.server, await listTools(toolServers, step.server));
  const known = tools.get(step.server);
  if (known !== undefined) return checkTool(step, known);
  return [
    warningAt(
      pointer,
      `The tool server ${JSON.stringify(step.server)} does not answer, so the tool was not checked.`,
      'Start it before the workflow runs.',
    ),
  ];
}

async function listTools(
  servers: NonNullable<FlowKnowledge['toolServers']>,
  server: string,
): Promise<readonly Tool[] | undefined> {
  try {
    return await servers.tools(server);
  } catch (error) {
    if (isWeirError(error)) return undefined;
    throw error;
  }
}

function checkTool(step: StepOf<'tool'>, tools: readonly Tool[]): Problem[] {
  const tool = tools.find(({ name }) => name === step.tool);
  if (tool === undefined)
    return checkName(step.tool, {
      what: `tool of the server ${JSON.stringify(step.server)} called`,
      names: tools.map(({ name }) => name),
      pointer: placeOf(step, 'tool'),
    });
  if (!isObject(step.params)) return [];
  const given = Object.keys(step.params);
  const properties = Object.keys(asObject(tool.inputSchema.properties) ?? {});
  const required = (asArray(tool.inputSchema.required) ?? []).map(String);
  const pointer = placeOf(step, 'params');
  const missing = required.filter((name) => !given.includes(name));
  const unknown = properties.length === 0 ? [] : given.filter((name) => !properties.includes(name));
  return [
    ...missing.map((name) =>
      errorAt(pointer, `The tool ${step.tool} needs the argument ${JSON.stringify(name)}.`, `Add it to params.`),
    ),
    ...unknown.map((name) =>
      warningAt(
        `${pointer}/${name}`,
        `The tool ${step.tool} has no argument ${JSON.stringify(name)}.`,
        `It has ${properties.join(', ')}.`,
      ),
    ),
  ];
}

function checkModel(step: StepOf<'sampling'>, knowledge: FlowKnowledge): Problem[] {
  return typeof step.model === 'string' ? checkModelName(step.model, placeOf(step, 'model'), knowledge) : [];
}

function checkModelName(model: string, pointer: string, { models }: FlowKnowledge): Problem[] {
  if (models === undefined || model.includes('{{') || models.has(model)) return [];
  const meant = nearest(model.slice(0, 64), models.names);
  return [
    errorAt(
      pointer,
      `No provider or route is known for the model ${JSON.stringify(model)}.`,
      meant === undefined ? 'Add a provider or a route for it.' : `Did you mean ${JSON.stringify(meant)}?`,
    ),
  ];
}

function checkWorkflow(step: StepOf<'workflow'>, flow: Flow, { workflows }: FlowKnowledge): Problem[] {
  const pointer = placeOf(step, 'workflow');
  if (step.workflow === flow.name)
    return [
      warningAt(
        pointer,
        'The workflow calls itself.',
        'Make sure that a condition ends the chain of calls, or use a map.',
      ),
    ];
  return workflows === undefined ? [] : checkName(step.workflow, { what: 'workflow', names: workflows, pointer });
}
