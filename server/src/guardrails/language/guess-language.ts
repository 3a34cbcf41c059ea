/** The words that a language cannot do without. */
const FUNCTION_WORDS: Readonly<Record<string, string>> = {
  en: 'the and of to in is that it for was with you this are be have not on as at by from or what how can my we your',
  de: 'der die das und ist nicht ich ein eine mit auf für den von sie wie zu dem des im wir es auch wird sich kann was',
  fr: 'le la les et est une des dans que pour pas qui sur avec je vous nous du au ce il elle sont comment mais',
  es: 'el la los las y es una de que en por para con no se del como pero más su mi qué está son un',
  it: 'il lo la gli e è una di che in per con non si del della come ma più mio sono un nel anche cosa',
  pt: 'o a os as e é uma de que em por para com não se do da como mas mais meu são um no na você',
  nl: 'de het een en is van dat in niet op met voor ik je zijn aan er maar wat hoe ook naar wij te',
  pl: 'i w nie na to się z jest że do jak co ale po za czy jestem są dla mnie przez tego od ze',
  sv: 'och att det är som en på för med inte jag av ett har till den kan om vad hur var så vi',
  tr: 'bir ve bu için ne ile de da çok mi ben var gibi daha nasıl değil ama olarak sen kadar',
};
const SCRIPTS: readonly (readonly [code: string, script: RegExp])[] = [
  ['ja', /[\u3040-\u30ff]/g],
  ['ko', /[\uac00-\ud7af]/g],
  ['zh', /[\u4e00-\u9fff]/g],
  ['uk', /[іїєґІЇЄҐ]/g],
  ['ru', /[\u0400-\u04ff]/g],
  ['ar', /[\u0600-\u06ff]/g],
  ['he', /[\u0590-\u05ff]/g],
  ['el', /[\u0370-\u03ff]/g],
  ['hi', /[\u0900-\u097f]/g],
  ['th', /[\u0e00-\u0e7f]/g],
];
/** The start of a text tells its language. */
const SAMPLE = 4096;
const MIN_WORDS = 4;
const MIN_HITS = 2;
/** A letter of these scripts outweighs several Latin ones: foreign texts quote English names. */
const SCRIPT_SHARE = 0.3;

const LANGUAGES_OF = new Map<string, string[]>();
for (const [code, words] of Object.entries(FUNCTION_WORDS)) {
  for (const word of words.split(' ')) LANGUAGES_OF.set(word, [...(LANGUAGES_OF.get(word) ?? []), code]);
}

export interface LanguageGuess {
  /** ISO 639-1. */
  readonly code: string;
  /** 0..1: how far it is ahead of the next one. */
  readonly share: number;
}

/** The language of a text by its script, or by its function words; undefined when it is too short or says too little. */
export function guessLanguage(text: string): LanguageGuess | undefined {
  const sample = text.slice(0, SAMPLE);
  return byScript(sample) ?? byFunctionWords(sample);
}

function byScript(sample: string): LanguageGuess | undefined {
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  if (letters < MIN_WORDS) return undefined;
  for (const [code, script] of SCRIPTS) {
    const count = sample.match(script)?.length ?? 0;
    const needed = code === 'uk' || code === 'ja' ? letters * 0.05 : letters * SCRIPT_SHARE;
    if (count > needed && count >= 2) return { code, share: Math.min(1, 0.5 + count / letters / 2) };
  }
  return undefined;
}

function byFunctionWords(sample: string): LanguageGuess | undefined {
  const words = sample.toLowerCase().match(/\p{L}{1,24}/gu) ?? [];
  if (words.length < MIN_WORDS) return undefined;
  const hits = new Map<string, number>();
  for (const word of words) for (const code of LANGUAGES_OF.get(word) ?? []) hits.set(code, (hits.get(code) ?? 0) + 1);
  const [best, next] = [...hits].sort((left, right) => right[1] - left[1]);
  if (best === undefined || best[1] < MIN_HITS || best[1] === next?.[1]) return undefined;
  return { code: best[0], share: 0.5 + (best[1] - (next?.[1] ?? 0)) / (2 * best[1]) };
}
