import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder } from './paths.ts';

/** The generator turns each mark into a running number, so that no two requests hold the same text. */
const mark = '@@@@@@@@';
const openAiModel = 'gpt-4o-mini';
const anthropicModel = 'anthropic/claude-3-5-haiku-20241022';
const turns = 20;
const charactersPerTurn = 2_500;

const words =
  'Please summarise the following incident report for an on-call engineer who has five minutes, keep the names of services and the times, and list the open questions at the end. '.split(
    ' ',
  );

export type Payload = 'small' | 'bigUnseen' | 'bigSeen' | 'stream' | 'smallTranslated' | 'streamTranslated';
export type PayloadFiles = Record<Payload, string>;

/** Writes the request bodies and returns where they are. */
export function writePayloads(): PayloadFiles {
  const folder = buildFolder('payloads');
  const write = (name: Payload, body: object): string => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(body));
    return file;
  };
  const stream = { stream: true, stream_options: { include_usage: true } };
  return {
    small: write('small', request(openAiModel, shortChat())),
    bigUnseen: write('bigUnseen', request(openAiModel, longChat(true))),
    bigSeen: write('bigSeen', request(openAiModel, longChat(false))),
    stream: write('stream', { ...request(openAiModel, shortChat()), ...stream }),
    smallTranslated: write('smallTranslated', request(anthropicModel, shortChat())),
    streamTranslated: write('streamTranslated', { ...request(anthropicModel, shortChat()), ...stream }),
  };
}

type Message = { role: string; content: string };

function request(model: string, messages: Message[]): object {
  return { model, messages, temperature: 0.2, max_tokens: 512, user: 'user-123' };
}

const system: Message = { role: 'system', content: 'You are a helpful assistant for a support team. Answer briefly.' };

/** About 1 KB of request. */
function shortChat(): Message[] {
  return [system, { role: 'user', content: `${mark} ${prose(800, 0)}` }];
}

/** A conversation of 50 KB: either every turn is new, or only the last one, as when a chat goes on. */
function longChat(everyTurnIsNew: boolean): Message[] {
  const chat = [system];
  for (let turn = 0; turn < turns; turn++) {
    const isNew = everyTurnIsNew || turn === turns - 1;
    const label = isNew ? mark : `turn ${turn}`;
    chat.push({ role: turn % 2 === 0 ? 'user' : 'assistant', content: `${label} ${prose(charactersPerTurn, turn)}` });
  }
  return chat.concat({ role: 'user', content: `${mark} and in one sentence?` });
}

function prose(length: number, firstWord: number): string {
  const parts: string[] = [];
  let size = 0;
  for (let i = firstWord; size < length; i++) {
    const word = words[i % words.length] ?? '';
    parts.push(word);
    size += word.length + 1;
  }
  return parts.join(' ').slice(0, length);
}
