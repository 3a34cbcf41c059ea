import type { CreateMessageRequest, CreateMessageResult } from '@modelcontextprotocol/client';
import { toWeirError } from '../../kernel/errors.ts';
import { randomHex } from '../../kernel/ids.ts';
import { samplingWire } from '../../kernel/tool-server-calls.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ModelGateway } from '../../ports/model-gateway.ts';
import type { ToolCallOrigin } from '../../ports/tool-servers.ts';
import type { SamplingSettings } from '../settings.ts';
import type { CallerTurns, Turn } from './caller-turns.ts';
import { Refusal } from './refusal.ts';

export interface SamplingServices {
  readonly server: string;
  readonly settings: SamplingSettings;
  readonly models: Pick<ModelGateway, 'answer'>;
  readonly turns: CallerTurns;
  readonly clock: Clock;
  /** Why an answer was refused, for the operator: an error code. */
  readonly refused: (code: string) => void;
}

type Params = CreateMessageRequest['params'];

/** Answers `sampling/createMessage`: a call of whoever called the tool, within the server's limits and budget. */
export async function answerSampling(params: Params, of: SamplingServices): Promise<CreateMessageResult> {
  const { settings, turns, clock } = of;
  const turn = turns.current;
  if (turn === undefined) throw new Refusal('Models are only asked while a tool is called.');
  if (turn.rounds >= settings.maxRounds) {
    throw new Refusal(`A tool may ask models ${settings.maxRounds} times within one call.`);
  }
  if (params.tools !== undefined) throw new Refusal('Tools are not offered to models here.');
  const question = questionOf(params, settings);
  turn.rounds++;
  try {
    const answering = of.models.answer({
      ...question,
      ...whose(turn, of.server),
      timeoutMs: Math.max(1, Math.ceil(turn.deadline - clock.monotonic())),
    });
    turn.call.origin?.asks(answering);
    const answer = await answering;
    return {
      role: 'assistant',
      content: { type: 'text', text: answer.text },
      model: answer.model,
      stopReason: answer.finishReason === 'length' ? 'maxTokens' : 'endTurn',
    };
  } catch (error) {
    const { code } = toWeirError(error);
    of.refused(code);
    throw new Refusal(`The model was not asked or did not answer (${code}).`);
  }
}

function questionOf(params: Params, settings: SamplingSettings) {
  const system = params.systemPrompt === undefined ? [] : [{ role: 'system', content: params.systemPrompt }];
  return {
    model: modelFor(params, settings.models),
    messages: [...system, ...params.messages.map(messageOf)],
    maxTokens: Math.min(params.maxTokens, settings.maxTokens),
    temperature: params.temperature,
    topP: undefined,
    stop: params.stopSequences,
    schema: undefined,
  };
}

function whose({ call }: Turn, server: string) {
  const { caller, origin, signal } = call;
  const run =
    origin === undefined
      ? { runId: null, step: null, budgets: [], allowances: [], isApproved: false, beside: undefined }
      : pick(origin);
  return {
    caller,
    userId: undefined,
    requestId: `req_${randomHex(16)}`,
    wire: samplingWire(server),
    run: { ...run, idempotencyKey: undefined },
    signal,
    keep: async () => undefined,
    ...(origin === undefined ? {} : { settled: origin.settled }),
  };
}

function pick({ runId, step, budgets, allowances, isApproved, beside }: ToolCallOrigin) {
  return { runId, step, budgets, allowances, isApproved, beside };
}

/** Hints are parts of names, best first. */
function modelFor({ modelPreferences }: Params, models: readonly string[]): string {
  const hints = (modelPreferences?.hints ?? []).flatMap(({ name }) => (name ? [name.toLowerCase()] : []));
  const hinted = hints.flatMap((hint) => models.filter((model) => model.toLowerCase().includes(hint)));
  return hinted[0] ?? models[0] ?? '';
}

function messageOf({ role, content }: Params['messages'][number]): { role: string; content: string } {
  const texts = [content].flat().map((block) => {
    if (block.type === 'text') return block.text;
    throw new Refusal(`Only text is taken to models here, not ${block.type}.`);
  });
  return { role, content: texts.join('\n') };
}
