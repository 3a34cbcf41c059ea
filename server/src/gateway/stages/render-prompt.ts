import { isWeirError, WeirError } from '../../kernel/errors.ts';
import type { Call, CallPrompt } from '../../ports/call.ts';
import type { PromptInRequest } from '../../ports/protocol.ts';
import { modelDenial } from '../model-denial.ts';
import type { Stage } from '../stage.ts';

export interface RenderPromptServices {
  /** Rejects with `resource.not_found`, and with `request.invalid` naming the variable that is missing. */
  readonly render: (of: { projectId: string; prompt: CallPrompt; unit: string }) => Promise<CallPromptText>;
  readonly isRoute: (name: string) => boolean;
}

export interface CallPromptText extends PromptInRequest {
  readonly name: string;
  readonly version: number;
}

/** Puts the stored prompt that a call names into its request. */
export function renderPrompt(services: RenderPromptServices): Stage {
  return {
    name: 'renderPrompt',
    around: (call, next) => (call.prompt === undefined ? next() : place(call, call.prompt, services).then(next)),
  };
}

async function place(call: Call, prompt: CallPrompt, services: RenderPromptServices): Promise<void> {
  const { payload, attribution, caller, conversation } = call;
  if (payload.kind !== 'chat' || payload.protocol.withPrompt === undefined) return;
  // Of a weighted label a user, else a conversation, always gets the same version.
  const unit = attribution.userId ?? conversation?.id ?? call.id;
  const text = await services.render({ projectId: caller.projectId, prompt, unit }).catch((thrown: unknown) => {
    throw atField(thrown, prompt);
  });
  call.usedPrompt = { name: text.name, version: text.version };
  const request = payload.protocol.withPrompt(prompt, text);
  call.payload = { ...payload, request };
  if (request.model === undefined) return;
  call.models = [request.model];
  const denied = modelDenial(call, services.isRoute);
  if (denied !== undefined) throw denied;
}

/** The same error, naming the field of the request. */
function atField(thrown: unknown, { field }: CallPrompt): unknown {
  if (!isWeirError(thrown) || thrown.fault !== 'client') return thrown;
  const { code, message, details, param } = thrown;
  if (param === undefined) return new WeirError(code, { param: field, message: `${field}: ${message}`, details });
  return field === 'prompt'
    ? new WeirError(code, { param: `prompt.${param}`, message: `prompt.${message}`, details })
    : thrown;
}
