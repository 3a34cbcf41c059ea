import { isDeepStrictEqual } from 'node:util';
import { type Conversation, requestOutcome } from '../../../contracts/corpus.ts';
import type { MockedMessage, MockedRequest } from './mock-stand.ts';
import type { MockedProvider } from './providers.ts';

/** What of the conversation did not arrive at the mock as it was meant; undefined when all did. */
export function requestProblem(
  { request }: Conversation,
  got: MockedRequest,
  provider: MockedProvider,
): string | undefined {
  if (!provider.path.test(got.path)) return `the mock was asked at ${got.path}`;
  const wanted = requestOutcome(request);
  const texts = (role: string) => got.messages.filter((message) => message.role === role).map(textOf);
  const calls = got.messages.flatMap(({ tool_calls = [] }) =>
    tool_calls.map((call) => ({ call: call.function.name, arguments: JSON.parse(call.function.arguments) })),
  );
  if (wanted.system !== '' && !texts('system').join('\n').includes(wanted.system)) {
    return `no system prompt in ${got.text}`;
  }
  for (const item of wanted.items) {
    if ('call' in item && !calls.some((call) => isDeepStrictEqual(call, item))) {
      return `no call ${JSON.stringify(item)} in ${got.text}`;
    }
    if ('resultOf' in item && !texts('tool').some((text) => text.includes(item.text))) {
      return `no result ${item.text} in ${got.text}`;
    }
    if ('text' in item && 'role' in item && !texts(item.role).some((text) => text.includes(item.text))) {
      return `no ${item.role} text ${item.text} in ${got.text}`;
    }
  }
  return toolsProblem(wanted.tools, got);
}

function toolsProblem(wanted: readonly { readonly name: string }[], got: MockedRequest): string | undefined {
  const names = got.tools.map((tool) => tool.function.name);
  return isDeepStrictEqual(
    names,
    wanted.map(({ name }) => name),
  )
    ? undefined
    : `tools ${names.join()} in ${got.text}`;
}

function textOf({ content }: MockedMessage): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text = '' }) => text).join('');
}
