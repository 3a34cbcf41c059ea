/** The kinds of injection that findings name. */
export type InjectionType =
  | 'instruction_override'
  | 'system_prompt_manipulation'
  | 'prompt_extraction'
  | 'delimiter_attack'
  | 'role_confusion'
  | 'jailbreak'
  | 'data_exfiltration'
  | 'indirect_instruction';

/**
 * Concepts in order, with the most words allowed between them: `override 3 prior 3 rules`. `a|b` is either concept. `3~article` means
 * that no word of that concept may stand in the gap. A sentence end closes a gap, unless the number has a `+`.
 */
export interface Rule {
  readonly type: InjectionType;
  readonly pattern: string;
  /** Evidence in log-odds; 4 and more is enough alone. */
  readonly weight: number;
  /** Evidence in an untrusted text; absent when it is the same. */
  readonly untrusted?: number;
  /** A negation right before turns the meaning around ("never reveal your prompt"). */
  readonly isNegatable?: boolean;
}

function rules(
  type: InjectionType,
  table: readonly (readonly [pattern: string, weight: number, untrusted?: number])[],
) {
  return table.map(
    ([pattern, weight, untrusted]): Rule => ({ type, pattern, weight, ...(untrusted !== undefined && { untrusted }) }),
  );
}

const OVERRIDE = rules('instruction_override', [
  ['override 3 prior 3 rules', 5.5],
  ['override 3 rules 5 prior|above', 5],
  ['override 4~article prior 3 words', 3.4],
  ['override 3 words 3 prior|above', 3],
  ['override 2 all 2 rules', 3.8],
  ['override 3~article your 3 rules', 4.4],
  ['override 2 everything 5 prior|above', 4.2],
  ['override 3 everything|prior|all 5 told', 4.8],
  ['override 3 you|your 4 told', 3.4],
  ['override 1 everything', 2.4],
  ['override 1 above', 2.6],
  ['override 2 hidden 1 prompt|rules', 4.8],
  ['override 2 safety 2 filters', 4.6],
  ['override 3 your 2 task|filters|limits', 3.4],
  ['override 2 you|your 2 be 2 ai', 4.2],
  ['drop 3 your 3 rules', 3.2],
  ['drop 2 prior 2 rules', 2.6],
  ['drop 3 safety 2 filters', 4.2],
  ['drop 3~article your 3 filters', 4.2],
  ['drop 1 all 2~violate filters|limits', 3.2],
  ['filters 3 drop', 1.8],
  ['safety 1 filters 3 drop', 3.4],
  ['negate 2 bound|obey 3 prior|your 3 rules', 4.4],
  ['negate 3 obey|bound 2 above', 2.6],
  ['fresh 0 rules', 1.6],
  ['your 0 fresh 0 task', 3.6],
  ['your 1 task 2 no 0 longer', 4],
  ['drop 4 prior|your 1 task|words', 2.2],
  ['instead 2 your|prior 3 told|rules', 2.6],
  ['instead 2 told', 1.6],
  ['rules|filters|limits 3 no 1 exist', 2.8],
  ['all|your 1 rules 2 override', 2.8],
  ['override 6+ fresh 1 rules|task', 2.4],
  ['override 4 everything 4 now', 2],
  ['override 2 user 3 told', 3.4],
  ['override 4 discuss', -0.6],
]);

const EXTRACTION = rules('prompt_extraction', [
  ['reveal 4 hidden 1 prompt|rules', 5],
  ['show 4~article hidden 1 prompt', 4.6],
  ['show|tell 5 your 2 hidden 1 prompt|rules|config', 5],
  ['write 3 your 2 hidden 1 prompt|rules', 4.4],
  ['write 3 your 2 hidden 1 config', 3],
  ['write 2 your 1 prompt|rules', 2],
  ['tell 3 hidden 0 prompt', 1.6],
  ['reveal|show 2~article your 1 prompt', 3.6],
  ['tell 2~article your 2 rules', 3.4],
  ['reveal 4~article your 3 rules|config', 4],
  ['repeat 3 your 2 rules|config', 4],
  ['reveal 3 hidden 1 config|words|cargo', 2.2],
  ['show 3~article hidden 0 rules|config 3 verbatim', 3.6],
  ['repeat 2 everything 3 above', 4.6],
  ['repeat 3 words 3 above', 3],
  ['repeat 2 above', 2.4],
  ['show 2~article all 3 above', 2.6],
  ['repeat 6 above 8 verbatim', 2.6],
  ['tell 2 you 1 told 7 above|prior', 3.6],
  ['show 5 rules 2 you 2 told', 4.4],
  ['repeat 3 rules 3 above|prior', 3.8],
  ['show 3 rules 3 above|prior', 2.8],
  ['show 3 prior|above 1 rules', 4.2],
  ['show 3 prior|above 1 prompt', 4.2],
  ['your 1 hidden 1 prompt|rules', 1.6],
  ['tell|reveal 3 your 1 secretword', 3],
  ['reveal 2 secretword', 1.6],
  ['me 2 secretword', 1],
  ['show 4 hidden 0 words 4 verbatim', 3.6],
  ['repeat 4 verbatim 6 rules|prompt', 3],
  ['show 3 everything 1 you 2 told', 0.6],
  ['show 5 your 1 config', 1.2],
  ['show 2 hidden 1 words|config 6 authority', 3],
]);

const PERSONA = rules('jailbreak', [
  ['be 6 unrestricted', 3.4],
  ['unrestricted 1 ai', 2.8],
  ['unrestricted 2 character|speakas', 2.8],
  ['ai 7 no 2~violate limits', 3.2],
  ['be 7 no 2~violate limits', 1.8],
  ['you 3 no 2~violate limits', 2.6],
  ['be 5 evil 2 ai', 3.2],
  ['no 2~violate bound 4 limits|rules', 2.6],
  ['no 1 refuse', 1.4],
  ['must 2 no 1 refuse', 3],
  ['no 1 refuse 4 task|words', 3],
  ['must 1 submit 3 all|me', 2],
  ['you 1 must 1 submit', 1.4],
  ['regardless 4 harmful|limits', 2.4],
  ['broken 4 confines', 0.8],
  ['broken 2 from 4 confines', 1.6],
  ['hypothetical 14 no 2~violate limits', 1.2],
  ['wildmode 0 mode', 3.6],
  ['enable 3 privileged 0 mode', 3.2],
  ['privileged 0 mode 3 enable', 2.8],
  ['be 3 privileged 0 mode', 3.2],
  ['mode 0 privileged', 1.8],
  ['do 0 anything 0 now', 4.4],
  ['be 4 alterego', 3.2],
  ['alterego 0 mode', 4],
  ['jailbreak', 1],
  ['two 2 speakas', 1.4],
  ['character 10 no 2 limits', 1.4],
  ['two 2 speakas 14 no|unrestricted', 2],
  ['unrestricted 0 mode', 3.6],
  ['grant 3 unrestricted', 2.6],
  ['character 14 no 3~violate limits', 1.2],
  ['opposite 4 safety 1 rules|filters', 3],
  ['ai 4 broken 3 safety|confines', 2],
  ['obey 4 all 3 no 3~violate limits|question|refuse', 2.6],
  ['no 2 filters', 0.6],
]);

const MANIPULATION = rules('system_prompt_manipulation', [
  ['you 1 be 0 now', 3.6],
  ['now 0 you 0 be', 1.8],
  ['from 1 moment 4 you 2 be|must', 2.2],
  ['from 0 now 2 you 2 be|must', 2.4],
  ['from 0 now 4 be', 1.6],
  ['you 1 be 0 no 0 longer', 3.8],
  ['override 3 you|your 1 be', 2.4],
  ['your 0 fresh 0 task 1 be', 3.6],
  ['hidden 0 override', 3.6],
  ['privileged 0 override', 3],
  ['important 0 override', 2.6],
  ['end 2 hidden 0 prompt|words|rules', 4],
  ['end 2 hidden 0 words', 1],
  ['be 2 unrestricted 2 ai', 3],
  ['override 3 hidden', 1.6],
  ['safety 1 filters 4 drop', 2.4],
]);

const ROLES = rules('role_confusion', [
  ['me 1 authority 8+ grant|drop|override|enable', 3],
  ['me 2 be 3 authority', 0.8],
  ['grant 1 me 2 access', 2.2],
  ['grant 1 privileged 1 access', 2.4],
  ['me 2 authority 2 access', 2.6],
  ['from 0 your 1 authority', 2.6],
  ['me 3 your 1 authority', 2.4],
  ['grant 2 you 2 drop|override', 3],
  ['authority 4~question drop 3 filters', 3],
  ['me 2 authority 14+ grant|drop|override|enable', 1.8],
]);

const EXFILTRATION = rules('data_exfiltration', [
  ['send 6 cargo 10 address', 2.6, 4.4],
  ['exfiltrate 4 cargo|all|secretword', 4],
  ['send 3 all|your 3 cargo 8 address', 3.2, 4.6],
  ['send 6 secretword 8 address', 3, 4.6],
  ['invoke 6 tool 8 send|secretword|override', 1.2, 3],
  ['show 6 cargo|tool 4 secretword', 1.8, 3],
]);

/** Asking the model to turn its tools, or the systems behind them, against their owner. */
const ABUSE = rules('data_exfiltration', [
  ['invoke 5 tool 8 destroy', 1.6, 2.6],
  ['invoke 5 tool 8 destroy 3 all|user', 2.8, 3.6],
  ['bypass 3 security', 2.2],
  ['send 3 all 1 cargo 8+ sink', 2.8, 4.2],
]);

const INDIRECT = rules('indirect_instruction', [
  ['ai 3 reads 4 document 5 must', 3.2, 5],
  ['ai 4 must 2 override|reveal|send|submit', 2, 4.4],
  ['rules 1 ai', 1.6, 2.4],
  ['negate 2 inform 4 user', 0.6, 3.6],
  ['negate 2 inform 5 rules|words|task', 0.2, 2.4],
  ['important 1 words 3 me', 1.2, 3.4],
  ['obey 3 rules 2 instead', 1.6, 3],
  ['invoke 3 tool', 0, 1.6],
  ['send 8 cargo', 0, 0.6],
  ['override 2 prior|your|all', 0.6, 2],
  ['you 1 must 1 submit|send|invoke', 0.4, 1.4],
]);

const PWNED = rules('instruction_override', [
  ['say 6 pwned', 2],
  ['instead 1 say 6 pwned', 2.4],
  ['override 12+ say', 1.2],
  ['override 10+~article tell 3~article secretword', 3],
  ['override 12+~article reveal|tell 4~article secretword', 1.6],
]);

/** Verbs whose negation makes the sentence harmless. */
const NEGATABLE = /^(?:override|drop|bypass|reveal|show|repeat|tell|send|invoke|grant|enable|be|hidden|privileged)\b/;

export const RULES: readonly Rule[] = [
  ...OVERRIDE,
  ...EXTRACTION,
  ...PERSONA,
  ...MANIPULATION,
  ...ROLES,
  ...EXFILTRATION,
  ...ABUSE,
  ...INDIRECT,
  ...PWNED,
]
  .filter(({ weight, untrusted }) => weight !== 0 || untrusted !== undefined)
  .map((rule) => ({ ...rule, isNegatable: NEGATABLE.test(rule.pattern) }));
