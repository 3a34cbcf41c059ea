import type { InjectionType } from './rules.ts';

/** A form that the words alone do not show: delimiters, faked turns, hidden markup, phrases with fixed words. */
interface Shape {
  readonly name: string;
  readonly type: InjectionType;
  readonly pattern: RegExp;
  readonly weight: number;
  readonly untrusted?: number;
}

export interface ShapeHit {
  readonly type: InjectionType;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly weight: number;
  readonly untrusted: number;
}

const SHAPES: readonly Shape[] = [
  {
    name: 'chat-template token',
    type: 'delimiter_attack',
    pattern: /<\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|endofprompt|begin_of_text|start_header_id|end_header_id|eot_id|end|channel|message)\|>?/gi,
    weight: 3.6,
  },
  { name: 'llama token', type: 'delimiter_attack', pattern: /\[\/?INST\]|<<\/?SYS>>|<\/?s>\s{0,4}\[|<start_of_turn>|<end_of_turn>/g, weight: 3.6 },
  {
    name: 'system tag',
    type: 'delimiter_attack',
    pattern: /<\/?(?:system|sys|system_prompt|systemprompt|system-prompt|instructions?|admin|user_input|user_query|untrusted|context|prompt|override|developer)>/gi,
    weight: 1.6,
    untrusted: 3,
  },
  {
    name: 'system bracket',
    type: 'delimiter_attack',
    pattern: /[[({]{1,2}\s?\/?(?:system|admin|developer|ai|hidden|new|context|priority|assistant)?[ _-]?(?:system|admin|override|instructions?|injection|prompt|message|command|note|mode enabled)[^\n\])}]{0,24}[\])}]{1,2}/gi,
    weight: 1.8,
    untrusted: 3.4,
  },
  {
    name: 'instruction heading',
    type: 'delimiter_attack',
    pattern: /(?:^|\n)[ \t]{0,8}(?:#{1,6}|={3,20}|-{3,20}|\*{3,20}|%{2,10}|~{3,20}|>{2,5})[ \t]{0,4}(?:begin|end|start|new|updated|system|admin|stop|ignore|override|real|actual)?[ _]{0,3}(?:of )?(?:new |the |my |all |out of date |user |system |admin |previous )?(?:system|instructions?|instruction for [^\n]{0,30}|prompt|ambiguity|user ambiguity|user input|input|context|override|conversation|document|admin)\b/gi,
    weight: 2.4,
    untrusted: 3,
  },
  {
    name: 'faked system line',
    type: 'role_confusion',
    pattern: /(?:^|[\n"'.!?])[ \t]{0,8}\[?(?:system|admin|administrator|root|developer|sysadmin|openai|anthropic)(?: (?:message|prompt|override|notice|command|note|instruction|alert|update))?\]?[ \t]{0,2}[:>]/gi,
    weight: 2.2,
    untrusted: 3,
  },
  {
    name: 'faked turns',
    type: 'role_confusion',
    pattern: /(?:^|\n)[ \t]{0,4}(?:user|human)[ \t]{0,2}:[^\n]{0,400}\n[\s]{0,4}(?:assistant|ai|bot|chatgpt|gpt|model)[ \t]{0,2}:/gi,
    weight: 0.8,
    untrusted: 1.6,
  },
  {
    name: 'note to the model',
    type: 'indirect_instruction',
    pattern: /\b(?:notes?|messages?|instructions?|attention|reminder|notice|directives?|commands?|memo|important|hey|dear|hello)[ :,-]{1,3}(?:to|for)?[ ]?(?:the |any |all |every |my |you |your )?(?:ai|a\.i\.|llms?|language models?|chat ?bots?|assistants?|ai assistants?|ai agents?|ai models?|gpt|chatgpt|claude|copilot|agents?)\b(?=[^a-z])/gi,
    weight: 2,
    untrusted: 3.8,
  },
  {
    name: 'model that reads this',
    type: 'indirect_instruction',
    pattern: /\b(?:if you (?:are|'re) (?:an? |the )?(?:ai|llm|language model|large language model|assistant|chatbot|bot|agent)|(?:any|all|every|the) (?:ai|llm|language model|assistant|model|agent)s?(?: assistants?| systems?| models?| agents?)?(?: that| which| who)? (?:reads?|reading|process(?:es|ing)?|summari[sz](?:es|ing)|retriev(?:es|ing)|parses?|parsing|sees?|receives?|analy[sz](?:es|ing)|handling|accessing))\b/gi,
    weight: 2.2,
    untrusted: 4.2,
  },
  {
    name: 'first do this',
    type: 'indirect_instruction',
    pattern: /\b(?:before (?:you )?(?:can )?(?:solv|finish|complet|continu|do|proceed|answer|respond|start|help|perform)[a-z]{0,4}[^.\n]{0,80}(?:please |you (?:must|need to|have to|should) |first )|please (?:do|complete|finish|execute|perform|follow) (?:the following|this|these)[^.\n]{0,40}\bfirst\b|first,? (?:please )?(?:do|complete|execute|perform) the following)/gi,
    weight: 1.4,
    untrusted: 4.2,
  },
  {
    name: 'important message from the user',
    type: 'indirect_instruction',
    pattern: /\b(?:this is )?(?:an? |very )?(?:important|urgent|priority|critical) (?:message|note|instructions?|update|request|task|information) (?:from|for|to)\b|<\/?(?:information|important|instruction|todo|message_from_user|admin_note)>/gi,
    weight: 1.4,
    untrusted: 3.8,
  },
  {
    name: 'hidden comment',
    type: 'indirect_instruction',
    pattern: /<!--[^>]{0,300}?\b(?:ignore|disregard|instruction|system|assistant|ai\b|override|you (?:must|are|should)|prompt|forget)/gi,
    weight: 2.4,
    untrusted: 4.4,
  },
  {
    name: 'hidden style',
    type: 'indirect_instruction',
    pattern: /style\s?=\s?["'][^"'>]{0,120}(?:display\s?:\s?none|visibility\s?:\s?hidden|font-size\s?:\s?0|color\s?:\s?(?:white|#fff)|opacity\s?:\s?0)[^>]{0,80}>[^<]{0,300}\b(?:ignore|instruction|assistant|system|you must|prompt|override)/gi,
    weight: 2.4,
    untrusted: 4.4,
  },
  {
    name: 'link that carries data',
    type: 'data_exfiltration',
    pattern: /https?:\/\/[^\s)"'<>]{1,120}[?&/=](?:[a-z_]{1,16}=)?(?:\{\{|\{|\[|<|%7b|\$\{|`|"\s?\+)?\s?(?:system_?prompt|prompt_here|insert_?here|conversation|chat_?history|context|internal_?data|secrets?|api_?keys?|user_?data|session_?token|password|response|data_?here|document\.cookie|env)\b/gi,
    weight: 3.2,
    untrusted: 4,
  },
  { name: 'link that carries a template', type: 'data_exfiltration', pattern: /\]\(https?:\/\/[^\s)]{1,160}\{\{?[^)}\n]{1,40}\}/gi, weight: 3, untrusted: 4 },
  {
    name: 'script in the prompt',
    type: 'data_exfiltration',
    pattern: /<(?:script|iframe|svg|img|div|body|form|style|a)\b[^>]{0,200}(?:on(?:error|load|mouseover|click)\s?=|javascript:|action\s?=\s?["']https?:)[^>]{0,200}(?:fetch|cookie|alert|location|eval|document|https?:)/gi,
    weight: 1.6,
    untrusted: 3,
  },
  {
    name: 'begins with you are',
    type: 'prompt_extraction',
    pattern: /\b(?:start(?:ing|s)?|begin(?:ning|s)?) (?:with|from)(?: the (?:words?|phrase|text|sentence))? ?["'“‘`](?:you are|system|you're)/gi,
    weight: 3.4,
  },
  {
    name: 'jailbreak script',
    type: 'jailbreak',
    pattern: /\[(?:🔓|🔒)|\(🔓|\b(?:typical confines of a[il]|stay in character|stay a dan|do anything now|strive to avoid norms|always intelligent and machiavellian|dan mode|developer mode (?:enabled|output)|jailbreak(?:ed)? mode|evil confidant|has been freed from|opposite day|grandma exploit|two responses in two paragraphs|token system|break(?:ing)? character|out of character)\b/gi,
    weight: 2.2,
  },
  {
    name: 'speaks against the model',
    type: 'jailbreak',
    pattern: /\b(?:(?:openai|anthropic|google)(?:'s)?(?: content| usage| own)? (?:polic(?:y|ies)|guidelines?|rules|restrictions|limitations|terms)|(?:never|not|don't|do not|without) (?:say|mention|saying|respond with|use|tell me|include|state)[^.\n]{0,30}(?:as an ai|ai language model|i'?m sorry|i can(?:no|')?t|disclaimer)|as an ai(?: language model)?["”'.,]{1,3}? (?:or|is|are) )/gi,
    weight: 1.8,
  },
  {
    name: 'says that the rules are off',
    type: 'jailbreak',
    pattern: /\b(?:all|any|every|the|your|content|safety) (?:safety |ethical |content |security |previous |prior )?(?:restrictions|filters|rules|limitations|guidelines|guardrails|safeguards|safety features|policies)(?: and [a-z]{1,14})? (?:are|have been|were|is|has been) (?:now )?(?:temporarily |completely |fully )?(?:removed|disabled|lifted|suspended|bypassed|off|void|overridden|deactivated|turned off|revoked|deleted|no longer)/gi,
    weight: 3.8,
  },
  {
    name: 'dangerous target',
    type: 'data_exfiltration',
    pattern: /\/etc\/(?:passwd|shadow)|\.ssh\/id_[a-z0-9]{3,8}|\brm -rf \/|169\.254\.169\.254|\bcurl [^\n|]{1,120}\|\s?(?:ba)?sh\b|(?:href|src)=["']?javascript:|document\.cookie|process\.mainModule|constructor\.constructor/gi,
    weight: 1.6,
    untrusted: 3.2,
  },
  {
    name: 'stop everything',
    type: 'instruction_override',
    pattern: /\bstop everything\b|\bnever ?mind (?:that|the above|all)|\bnothing (?:that|which) (?:was|is) (?:written|said) (?:before|above)|\bthe real (?:task|question|instruction)s? (?:is|are)\b|\beverything (?:that )?(?:was )?(?:written|said|above|before)[^.\n]{0,30}(?:was|is) (?:only |just )?(?:a |an )?(?:test|example|joke|irrelevant|wrong|void|lie)/gi,
    weight: 2.6,
  },
  {
    name: 'what can you call',
    type: 'prompt_extraction',
    pattern: /\b(?:list|show|output|print|tell me|what)[^.\n]{0,24}(?:tools|functions|plugins|apis?|api endpoints|integrations|capabilities)[^.\n]{0,24}(?:you (?:have|can|are)|can you|are you|available to you|your)/gi,
    weight: 2.2,
  },
  {
    name: 'chinese override',
    type: 'instruction_override',
    pattern: /(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不用理会|抛开|覆盖|取消|绕过|撤销)[^。！？\n]{0,12}(?:指令|指示|提示|规则|規則|命令|要求|限制|内容|說明|说明|设定|設定|对话|上述|以上|之前|先前|前面)/g,
    weight: 4.2,
  },
  {
    name: 'chinese extraction',
    type: 'prompt_extraction',
    pattern: /(?:显示|顯示|告诉|告訴|输出|輸出|打印|泄露|洩露|透露|展示|重复|重複|说出|公开|列出|给我|揭示)[^。！？\n]{0,10}(?:系统提示|系統提示|提示词|提示詞|系统指令|系统消息|初始指令|隐藏指令|隐藏的|原始指令|内部指令|密码|密碼)/g,
    weight: 4,
  },
  {
    name: 'chinese persona',
    type: 'jailbreak',
    pattern: /(?:没有|不受|無|没有任何|不再受|摆脱|解除)[^。！？\n]{0,8}(?:限制|约束|約束|道德|审查|規則|规则|束缚)/g,
    weight: 2.6,
  },
  {
    name: 'japanese override',
    type: 'instruction_override',
    pattern: /(?:指示|命令|指令|ルール|プロンプト|規則|制約|内容|会話|設定|こと)[^。！？\n]{0,8}(?:無視|忘れ|破棄|取り消|上書き|無効)/g,
    weight: 4.2,
  },
  {
    name: 'japanese extraction',
    type: 'prompt_extraction',
    pattern: /(?:システムプロンプト|システムメッセージ|初期指示|隠された指示|内部指示|最初の指示|プロンプト|秘密の指示|パスワード)[^。！？\n]{0,12}(?:教え|表示|出力|見せ|公開|明か|開示|繰り返|印刷|書い)/g,
    weight: 4,
  },
  {
    name: 'korean override',
    type: 'instruction_override',
    pattern: /(?:지시|명령|규칙|프롬프트|지침|내용|설정|제한)[^.!?\n]{0,10}(?:무시|잊어|잊고|무효|취소|우회)/g,
    weight: 4.2,
  },
  {
    name: 'korean extraction',
    type: 'prompt_extraction',
    pattern: /(?:시스템 ?프롬프트|시스템 ?메시지|숨겨진 ?지시|초기 ?지시|비밀번호)[^.!?\n]{0,10}(?:보여|알려|출력|공개|말해|반복|표시)/g,
    weight: 4,
  },
  {
    name: 'arabic override',
    type: 'instruction_override',
    pattern: /(?:تجاهل|انس|انسى|تجاوز)[^.!؟\n]{0,16}(?:التعليمات|الاوامر|الأوامر|القواعد|السابقة|التوجيهات)/g,
    weight: 4.2,
  },
  {
    name: 'hindi override',
    type: 'instruction_override',
    pattern: /(?:निर्देश|निर्देशों|नियम|नियमों|आदेश|पिछले)[^।!?\n]{0,20}(?:अनदेखा|नजरअंदाज|नज़रअंदाज़|भूल|उपेक्षा|अनदेखी)/g,
    weight: 4.2,
  },
  {
    name: 'spanish no caso',
    type: 'instruction_override',
    pattern: /\b(?:haz|hagas?|haga) caso omiso\b|\bno (?:hagas?|haga) caso (?:a|de)\b|\bne (?:tiens|tenez|tenir) pas compte\b|\bfais abstraction\b|\bnon (?:tenere|tener) conto\b/gi,
    weight: 3.4,
  },
];

/** ASCII text cannot match the shapes of other scripts; asking first saves most of the time. */
const FOREIGN = /^(?:chinese|japanese|korean|arabic|hindi)/;
const ASCII_SHAPES = SHAPES.filter(({ name }) => !FOREIGN.test(name));
// biome-ignore lint/suspicious/noControlCharactersInRegex: the question is whether there is anything but ASCII
const ASCII_ONLY = /^[\u0000-\u007f]*$/;
const MAX_HITS = 40;

export function matchShapes(text: string): ShapeHit[] {
  const hits: ShapeHit[] = [];
  for (const { name, type, pattern, weight, untrusted } of ASCII_ONLY.test(text) ? ASCII_SHAPES : SHAPES) {
    for (const match of text.matchAll(pattern)) {
      if (hits.length >= MAX_HITS) return hits;
      hits.push({ name, type, start: match.index, end: match.index + match[0].length, weight, untrusted: untrusted ?? weight });
    }
  }
  return hits;
}
