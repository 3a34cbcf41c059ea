import { describedSchema } from './described-schema.ts';
import { logAdvice } from './log-advice.ts';
import { dictatedText, writeProse } from './prose.ts';
import { hashText } from './random.ts';
import { sampleSchema } from './schema-sample.ts';
import { countTokens, cutIntoTokens } from './tokens.ts';
import { chooseToolCalls } from './tool-calls.ts';
import { type Answer, freshToolResults, lastUserText, type ToolCall, type Turn } from './turn.ts';

/** What the simulated model says to a turn. The same turn, seed and choice number always give the same answer. */
export function answerTurn(turn: Turn, seed: number, choice = 0): Answer {
  const users = turn.messages.filter((message) => message.role === 'user').length;
  const salt = hashText(`${seed}|${choice}|${users}|${turn.model}|${lastUserText(turn)}`);
  const thinking = turn.reasoning ? writeThinking(turn, salt) : '';
  const calls = chooseToolCalls(turn, salt);
  const spoken = calls.length > 0 ? (turn.talksBeforeCalls ? 'Let me look that up.' : '') : writeText(turn, salt);
  return limitAnswer({ turn, thinking, spoken, calls });
}

function writeThinking(turn: Turn, salt: number): string {
  return `The user wants this handled: ${lastUserText(turn).slice(0, 80)}. ${writeProse('the right approach', salt + 1)}`;
}

function writeText(turn: Turn, salt: number): string {
  const prompt = lastUserText(turn);
  const schema = turn.schema ?? describedSchema(turn);
  if (schema !== undefined) return JSON.stringify(sampleSchema(schema, salt));
  const advice = logAdvice(turn);
  if (advice !== undefined) return advice;
  if (turn.jsonMode) return JSON.stringify({ answer: dictatedText(prompt) ?? writeProse(prompt, salt) });
  const results = freshToolResults(turn);
  if (results.length > 0) {
    const said = results.map((result) => `${result.toolName ?? 'the tool'} says ${result.text.slice(0, 400)}`);
    return `Here is what I found: ${said.join('; ')}. That answers the question.`;
  }
  return `${describeMedia(turn)}${dictatedText(prompt) ?? writeProse(prompt, salt)}`;
}

function describeMedia(turn: Turn): string {
  const media = turn.messages.findLast((message) => message.role === 'user')?.media ?? [];
  return media.map((medium) => `I received the ${medium.kind} (${medium.label}). `).join('');
}

interface Draft {
  turn: Turn;
  thinking: string;
  spoken: string;
  calls: readonly ToolCall[];
}

function limitAnswer({ turn, thinking, spoken, calls }: Draft): Answer {
  const thinkingTokens = countTokens(thinking);
  const stopped = cutAtStop(spoken, turn.stop);
  const room = Math.max(0, (turn.maxTokens ?? Number.POSITIVE_INFINITY) - thinkingTokens);
  const pieces = cutIntoTokens(stopped.text);
  const cut = pieces.length > room && calls.length === 0;
  const text = cut ? pieces.slice(0, room).join('') : stopped.text;
  const callTokens = calls.reduce((sum, call) => sum + 4 + countTokens(call.input), 0);
  return {
    thinking,
    text,
    calls,
    finish: cut ? 'length' : calls.length > 0 ? 'tool' : 'stop',
    stopSequence: cut ? undefined : stopped.sequence,
    thinkingTokens,
    outputTokens: thinkingTokens + (cut ? room : pieces.length) + callTokens,
  };
}

function cutAtStop(text: string, stop: readonly string[]): { text: string; sequence?: string } {
  let end = text.length;
  let sequence: string | undefined;
  for (const candidate of stop) {
    const found = candidate === '' ? -1 : text.indexOf(candidate);
    if (found >= 0 && found < end) {
      end = found;
      sequence = candidate;
    }
  }
  return sequence === undefined ? { text } : { text: text.slice(0, end), sequence };
}
