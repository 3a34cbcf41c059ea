import { createRandom, type Random } from './random.ts';

const OPENERS = [
  'Here is what matters about {topic}.',
  'A short answer first: {topic} rewards a careful look.',
  'Think of {topic} as a river that must be measured before it is steered.',
  'There are two sides to {topic}, and both are worth a minute.',
  'The usual advice on {topic} is only half right.',
] as const;

const SENTENCES = [
  'Start with the part you can measure, because {topic} hides its cost in the parts you cannot.',
  'Most teams find that {noun} decides more than {other} does.',
  'When {noun} grows, {other} has to follow, or the whole thing stalls.',
  'In practice you compare {noun} with {other} and keep the simpler one.',
  'Write the limits down — a limit that nobody wrote down is only a hope.',
  'A café that serves 40 guests needs a different {noun} than one that serves 4,000.',
  'If {noun} fails, say so early; silence is dearer than an error.',
  'Keep {other} boring and let {noun} be the interesting part. 🌊',
  'The numbers change, yet the order of magnitude of {noun} rarely does.',
  'Try it once with real traffic, then decide about {other}.',
] as const;

const NOUNS = [
  'the queue',
  'the schedule',
  'storage',
  'the budget',
  'latency',
  'the first draft',
  'the team',
  'caching',
  'the interface',
  'the naïve version',
] as const;

const DULL = new Set(
  `about after also answer because before could does explain from give have how into just like list make more name
  please reply short some tell than that their them then there these they this those want what when where which
  while will with word words would write your`.split(/\s+/),
);

/** Text of a plausible size that always comes out the same for the same prompt and seed. */
export function writeProse(prompt: string, seed: number): string {
  const random = createRandom(seed);
  const wordsWanted = Number(/\b(\d{1,4}) words?\b/i.exec(prompt)?.[1] ?? 0);
  const topic = topicOf(prompt);
  const sentences = [fill(random.pick(OPENERS), topic, random)];
  const count = random.integer(1, 5);
  while (wordsWanted > 0 ? wordCount(sentences) < wordsWanted : sentences.length <= count) {
    sentences.push(fill(random.pick(SENTENCES), topic, random));
  }
  const text = sentences.join(' ');
  return wordsWanted > 0 ? text.split(' ').slice(0, wordsWanted).join(' ') : text;
}

/** The quoted words when the prompt says `reply with "..."`. */
export function dictatedText(prompt: string): string | undefined {
  return /\b(?:say|reply|respond|answer|repeat)(?: with)?(?: exactly| only| just)?:? ["“]([^"”]+)["”]/i.exec(
    prompt,
  )?.[1];
}

function topicOf(prompt: string): string {
  const words = prompt.slice(0, 2000).match(/\p{L}{4,}/gu) ?? [];
  const telling = words.filter((word) => !DULL.has(word.toLowerCase()));
  return telling.slice(-2).join(' ').toLowerCase() || 'this';
}

function fill(sentence: string, topic: string, random: Random): string {
  const noun = random.pick(NOUNS);
  const other = random.pick(NOUNS);
  return sentence.replaceAll('{topic}', topic).replaceAll('{noun}', noun).replaceAll('{other}', other);
}

function wordCount(sentences: string[]): number {
  return sentences.reduce((sum, sentence) => sum + sentence.split(' ').length, 0);
}
