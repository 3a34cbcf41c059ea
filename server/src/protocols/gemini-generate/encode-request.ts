import type { ChatRequest } from '../../kernel/chat.ts';
import { compact } from '../../kernel/json.ts';
import type { EncodedRequest, UpstreamContext } from '../../ports/protocol.ts';
import { DropReport } from '../drop-report.ts';
import { encodeConfig, formatInstruction } from './encode-config.ts';
import { encodeContents } from './encode-contents.ts';
import { encodeToolConfig, encodeTools } from './encode-tools.ts';

/** A generateContent body; the model and whether it streams are said by the address. */
export function encodeRequest(request: ChatRequest, { model, quirks }: UpstreamContext): EncodedRequest {
  const drops = new DropReport(request.extensions.wire);
  const { system, contents } = encodeContents(request.messages, model, drops);
  const instruction = formatInstruction(request, model);
  if (instruction !== undefined) {
    system.push({ text: instruction });
    if (request.responseFormat?.kind === 'json-schema') drops.field('responseFormat');
  }
  const tools = encodeTools(request, drops);
  drops.unsupported(request, ['parallelToolCalls', 'user', 'metadata']);
  drops.extensions(request);
  const body = compact({
    systemInstruction: system.length === 0 ? undefined : { parts: system },
    contents,
    tools,
    toolConfig: tools === undefined ? undefined : encodeToolConfig(request.toolChoice),
    generationConfig: encodeConfig(request, model, drops),
    ...quirks.setFields,
  });
  return { body: Buffer.from(JSON.stringify(body)), dropped: drops.names() };
}
