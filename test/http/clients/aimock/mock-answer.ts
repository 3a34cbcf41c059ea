import type { ChatReply } from '../../../../server/src/kernel/chat.ts';

/** What the mock is told to say; its own words for a text, tool calls and how a reply ended. */
export interface MockAnswer {
  content?: string;
  toolCalls?: { name: string; arguments: string; id: string }[];
  reasoning?: string;
  finishReason?: string;
  /** In every provider's own names; each takes those it knows. */
  usage?: Readonly<Record<string, number>>;
}

export const MOCKED_USAGE = { input: 12, output: 7 };

const { input, output } = MOCKED_USAGE;
const USAGE = {
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  input_tokens: input,
  output_tokens: output,
  promptTokenCount: input,
  candidatesTokenCount: output,
  totalTokenCount: input + output,
};

/** The reply in the mock's words, or why it has none for it. */
export function mockAnswer(reply: ChatReply): MockAnswer | { readonly cannot: string } {
  const [choice, second] = reply.choices;
  if (choice === undefined || second !== undefined) return { cannot: 'the mock gives one choice' };
  if (reply.usage !== undefined && reply.usage.cacheRead > 0) return { cannot: 'the mock shows no cached tokens' };
  const answer: MockAnswer = { content: '', usage: USAGE };
  for (const item of choice.content) {
    if (item.type === 'text') answer.content += item.text;
    else if (item.type === 'reasoning') answer.reasoning = (answer.reasoning ?? '') + item.text;
    else if (item.type === 'tool-call') {
      answer.toolCalls ??= [];
      answer.toolCalls.push({ name: item.name, arguments: item.argumentsText, id: item.id });
    } else return { cannot: `the mock has no ${item.type}` };
  }
  if (answer.toolCalls !== undefined && answer.content === '') delete answer.content;
  if (choice.finishReason === 'length') answer.finishReason = 'length';
  return answer;
}
