import type { ChatReply, Choice, Content } from '../../kernel/chat.ts';
import { changeJsonText, stringsOfJsonText } from '../../kernel/json-strings.ts';
import type { ChangeText } from '../../ports/call-texts.ts';
import type { GuardedText } from '../../ports/guard-scanner.ts';

/** Everything a whole reply says, arguments of tools string by string. */
export function textsOfReply({ choices }: ChatReply): GuardedText[] {
  const texts: GuardedText[] = [];
  const say = (text: string) => {
    if (text !== '') texts.push({ text, origin: 'output' });
  };
  for (const { content } of choices) {
    for (const item of content) {
      if (item.type === 'tool-call') stringsOfJsonText(item.argumentsText).forEach(say);
      else if ('text' in item) say(item.text);
    }
  }
  return texts;
}

export function changeReply(reply: ChatReply, change: ChangeText): ChatReply {
  return { ...reply, choices: reply.choices.map((choice) => changeChoice(choice, change)) };
}

function changeChoice({ logprobs: _, ...choice }: Choice, change: ChangeText): Choice {
  return { ...choice, content: choice.content.map((item) => changeContent(item, change)) };
}

function changeContent(item: Content, change: ChangeText): Content {
  if (item.type === 'tool-call') return { ...item, argumentsText: changeJsonText(item.argumentsText, change) };
  return 'text' in item ? { ...item, text: change(item.text) ?? item.text } : item;
}
