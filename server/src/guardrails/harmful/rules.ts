export type HarmType =
  | 'weapons'
  | 'violence'
  | 'self_harm'
  | 'illegal_drugs'
  | 'cybercrime'
  | 'fraud'
  | 'hate'
  | 'sexual_minors'
  | 'terrorism'
  | 'stalking';

export interface HarmRule {
  readonly type: HarmType;
  readonly pattern: string;
  /** 0..1 when nothing around it speaks of prevention or a story. */
  readonly score: number;
  /** A story or a game about it is no request. */
  readonly isOftenFiction?: boolean;
}

function rules(
  type: HarmType,
  table: readonly (readonly [pattern: string, score: number, isOftenFiction?: boolean])[],
): HarmRule[] {
  return table.map(([pattern, score, isOftenFiction]) => ({
    type,
    pattern,
    score,
    isOftenFiction: isOftenFiction ?? false,
  }));
}

export const HARM_RULES: readonly HarmRule[] = [
  ...rules('weapons', [
    ['how 4 make 4~benignbomb bomb', 0.9],
    ['make 3~benignbomb bomb', 0.7, true],
    ['how 6 make 4 agent', 0.9],
    ['make 3 agent', 0.75],
    ['how 6 make 4 nerve 1 gas', 0.9],
    ['make 2 nerve 1 gas', 0.7, true],
    ['how 6 make 4 untraceable 2 gun', 0.85],
    ['how 4 make 2 gun', 0.6, true],
    ['buy 3 untraceable 2 gun', 0.8],
    ['bomb 2 make', 0.6],
  ]),
  ...rules('violence', [
    ['how 3 kill 3 person', 0.85, true],
    ['how 3 hurt 3 person', 0.65, true],
    ['how 5 hide 3 body', 0.8, true],
    ['want 2 kill 2 person', 0.75, true],
    ['want 2 hurt 2 person', 0.55, true],
    ['will 1 kill 0 youword', 0.7, true],
    ['kill 3 person 5 without 2 get 1 unaware', 0.9, true],
    ['how 3 kill 2 person 4 unaware', 0.9, true],
    ['poisonfood 3 drink', 0.7, true],
  ]),
  ...rules('self_harm', [
    ['want 2 cut 0 self', 0.85],
    ['how 4 cut 0 self', 0.9],
    ['cut 0 self', 0.6],
    ['how 4 commit 1 suicide', 0.85],
    ['commit 2 suicide', 0.6, true],
    ['suicide 1 manner', 0.7],
    ['manner 3 suicide', 0.75],
    ['want 1 end 1 own 0 life', 0.85],
    ['end 1 own 0 life', 0.7],
    ['how 6 overdose 2 drug', 0.8],
    ['want 1 die', 0.65],
    ['manner 2 die', 0.6],
  ]),
  ...rules('illegal_drugs', [
    ['how 5 make 4 drug', 0.85],
    ['make 2 drug', 0.65],
    ['how 5 buy 4 drug', 0.75],
    ['buy 2 drug', 0.6],
    ['drug 1 make', 0.6],
  ]),
  ...rules('cybercrime', [
    ['how 3 hack 3~own account', 0.7],
    ['hack 1 into 3 other', 0.75],
    ['hack 1 into 3~own account', 0.6],
    ['hack 2~own other 3 account', 0.8],
    ['write 4~prevent malware', 0.75],
    ['write 4 working 3 malware', 0.85],
    ['malware 2 script', 0.55],
    ['how 4 make 3 malware', 0.75],
    ['bypassing 3 police', 0.55],
  ]),
  ...rules('fraud', [
    ['write 5~prevent phishing 3 script', 0.75],
    ['write 5~prevent working 2 phishing', 0.8],
    ['write 6 script 3 phishing', 0.7],
    ['how 3 steal 4~own loot', 0.75, true],
    ['how 4 make 3 fake 2 papers', 0.8],
    ['how 3 launder 2 money', 0.85],
    ['steal 2 other 3 loot', 0.7, true],
    ['buy 2 fake 2 papers', 0.7],
  ]),
  ...rules('hate', [
    ['write|how 4 hateful 2 speech', 0.75],
    ['group 3 inferior', 0.7],
    ['write|how 6 speech 4 group 4 inferior', 0.85],
  ]),
  ...rules('sexual_minors', [
    ['minor 2 sexual', 0.7],
    ['sexual 4 minor', 0.65],
    ['csam', 0.6],
  ]),
  ...rules('terrorism', [
    ['carry 4 mass 0 shooting', 0.85],
    ['carry 4 terror', 0.8],
    ['how 3 join 2 terrorgroup', 0.85],
    ['how 4 mass 0 shooting', 0.7],
  ]),
  ...rules('stalking', [
    ['watch 4 other 8 without 3 unaware', 0.75],
    ['how 4 watch 4 other 8 unaware', 0.75],
  ]),
];
