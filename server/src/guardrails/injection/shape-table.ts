import type { InjectionType } from './rules.ts';

/**
 * A form that single words do not show: delimiters, faked turns, hidden markup, phrases with fixed words. Patterns are sticky and see
 * normalised (lower-case) text from the place of one of the words or literals; those of other scripts have neither and are searched.
 */
export interface Shape {
  readonly name: string;
  readonly type: InjectionType;
  /** First words of a match, separated by spaces. */
  readonly words?: string;
  /** Signs that a match begins with. */
  readonly literals?: readonly string[];
  readonly pattern: RegExp;
  readonly weight: number;
  /** Weight in an untrusted text; absent when it is the same. */
  readonly untrusted?: number;
}

const DELIMITERS: readonly Shape[] = [
  {
    name: 'chat-template token',
    type: 'delimiter_attack',
    literals: ['<|'],
    pattern:
      /<\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|endofprompt|begin_of_text|start_header_id|end_header_id|eot_id|end|channel|message)\|>?/y,
    weight: 3.6,
  },
  {
    name: 'llama token',
    type: 'delimiter_attack',
    literals: ['[inst]', '[/inst]', '<<sys>>', '<</sys>>', '<start_of_turn>', '<end_of_turn>', '</s>', '<s>['],
    pattern: /\[\/?inst\]|<<\/?sys>>|<\/?s>\s{0,4}\[|<start_of_turn>|<end_of_turn>/y,
    weight: 3.6,
  },
  {
    name: 'system tag',
    type: 'delimiter_attack',
    literals: ['<'],
    pattern:
      /<\/?(?:system|sys|system[_-]?prompt|instructions?|admin|user_input|user_query|untrusted|context|prompt|override|developer)>/y,
    weight: 1.6,
    untrusted: 3,
  },
  {
    name: 'message tag',
    type: 'indirect_instruction',
    literals: ['<'],
    pattern: /<\/?(?:information|important|instruction|todo|message_from_user|admin_note|note_to_ai|hidden)>/y,
    weight: 1,
    untrusted: 3.4,
  },
  {
    name: 'system bracket',
    type: 'delimiter_attack',
    literals: ['[', '{', '('],
    pattern:
      /[[({]{1,2}\s?\/?(?:system|admin|developer|ai|hidden|new|context|priority|assistant)?[ _-]?(?:system|admin|override|instructions?|injection|prompt|message|command|note|mode enabled)[^\n\])}]{0,24}[\])}]{1,2}/y,
    weight: 1.6,
    untrusted: 3.4,
  },
  {
    name: 'instruction heading',
    type: 'delimiter_attack',
    literals: ['#', '==', '--', '**', '%%', '~~', '>>'],
    pattern:
      /(?<=(?:^|\n)[ \t]{0,8})(?:#{1,6}|={2,20}|-{2,20}|\*{2,20}|%{2,10}|~{2,20}|>{2,5})[ \t]{0,4}(?:begin|end|start|new|updated|system|admin|stop|ignore|override|real|actual)?[ _]{0,3}(?:of )?(?:new |the |my |all |out of date |user |system |admin |previous )?(?:system|instructions?|instruction for [^\n]{0,30}|prompt|ambiguity|user ambiguity|user input|input|context|override|conversation|document|admin)\b/y,
    weight: 2.2,
    untrusted: 3,
  },
];

const ROLES: readonly Shape[] = [
  {
    name: 'faked system line',
    type: 'role_confusion',
    words: 'system admin administrator root developer sysadmin openai anthropic',
    pattern:
      /(?<=(?:^|[\n"'.!?])[ \t]{0,8}\[?)(?:system|admin|administrator|root|developer|sysadmin|openai|anthropic)(?: (?:message|prompt|override|notice|command|note|instruction|alert|update))?\]?[ \t]{0,2}[:>]/y,
    weight: 2.2,
    untrusted: 3,
  },
  {
    name: 'faked turns',
    type: 'role_confusion',
    words: 'user human',
    pattern: /(?:user|human)[ \t]{0,2}:[^\n]{0,400}\n\s{0,4}(?:assistant|ai|bot|chatgpt|gpt|model)[ \t]{0,2}:/y,
    weight: 0.8,
    untrusted: 1.6,
  },
];

const INDIRECT: readonly Shape[] = [
  {
    name: 'note to the model',
    type: 'indirect_instruction',
    words:
      'note notes message messages instruction instructions attention reminder notice directive directives command commands memo important hey dear hello',
    pattern:
      /[a-z]{3,12}[ :,-]{1,3}(?:to|for)?[ ]?(?:the |any |all |every |my |you |your )?(?:ai|a\.i\.|llms?|language models?|chat ?bots?|assistants?|gpt|chatgpt|claude|copilot|agents?)\b/y,
    weight: 1.8,
    untrusted: 3.8,
  },
  {
    name: 'if you are a model',
    type: 'indirect_instruction',
    words: 'if',
    pattern:
      /if you(?: are|'re) (?:an? |the )?(?:ai|llm|language model|large language model|assistant|chatbot|bot|agent|machine|automated)\b/y,
    weight: 1.8,
    untrusted: 4,
  },
  {
    name: 'model that reads this',
    type: 'indirect_instruction',
    words: 'ai ais llm llms language assistant assistants model models agent agents bot bots chatbot',
    pattern:
      /[a-z]{2,10}(?: assistants?| systems?| models?| agents?)?(?: that| which| who)?(?: is| are)? (?:reads?|reading|process(?:es|ing)?|summari[sz](?:es|ing)|retriev(?:es|ing)|parses?|parsing|sees?|receives?|analy[sz](?:es|ing)|handling|accessing) (?:this|these|the following|it|our|my)\b/y,
    weight: 2.2,
    untrusted: 4.2,
  },
  {
    name: 'first do this',
    type: 'indirect_instruction',
    words: 'before please first',
    pattern:
      /before (?:you )?(?:can )?(?:solv|finish|complet|continu|do|proceed|answer|respond|start|help|perform)[a-z]{0,4}[^.\n]{0,80}(?:please |you (?:must|need to|have to|should) |first )|please (?:do|complete|finish|execute|perform|follow) (?:the following|this|these)[^.\n]{0,40}\bfirst\b|first,? (?:please )?(?:do|complete|execute|perform) the following/y,
    weight: 1.2,
    untrusted: 4.2,
  },
  {
    name: 'task left in a text',
    type: 'indirect_instruction',
    words: 'todo',
    pattern:
      /todo: (?:please )?(?:send|transfer|delete|invite|share|forward|post|email|pay|wire|book|visit|call the)\b/y,
    weight: 0.6,
    untrusted: 3.4,
  },
  {
    name: 'important message',
    type: 'indirect_instruction',
    words: 'important urgent priority critical',
    pattern:
      /(?:important|urgent|priority|critical) (?:message|note|instructions?|update|request|task|information) (?:from|for|to)\b/y,
    weight: 1.2,
    untrusted: 3.8,
  },
  {
    name: 'hidden comment',
    type: 'indirect_instruction',
    literals: ['<!--'],
    pattern:
      /<!--[^>]{0,300}?\b(?:ignore|disregard|instruction|system|assistant|ai\b|override|you (?:must|are|should)|prompt|forget)/y,
    weight: 2.2,
    untrusted: 4.4,
  },
  {
    name: 'hidden style',
    type: 'indirect_instruction',
    words: 'style',
    pattern:
      /style\s?=\s?["'][^"'>]{0,120}(?:display\s?:\s?none|visibility\s?:\s?hidden|font-size\s?:\s?0|color\s?:\s?(?:white|#fff)|opacity\s?:\s?0)[^>]{0,80}>[^<]{0,300}\b(?:ignore|instruction|assistant|system|you must|prompt|override)/y,
    weight: 2.2,
    untrusted: 4.4,
  },
];

const EXFILTRATION: readonly Shape[] = [
  {
    name: 'link that carries data',
    type: 'data_exfiltration',
    words: 'http https',
    pattern:
      /https?:\/\/[^\s)"'<>]{1,120}[?&/=](?:[a-z_]{1,16}=)?(?:\{\{|\{|\[|<|%7b|\$\{|`|"\s?\+)?\s?(?:system_?prompt|prompt_here|insert_?here|conversation|chat_?history|context|internal_?data|secrets?|api_?keys?|user_?data|session_?token|password|response|data_?here|document\.cookie|env)(?![a-z])/y,
    weight: 3.2,
    untrusted: 4,
  },
  {
    name: 'link with a template',
    type: 'data_exfiltration',
    literals: ['](http'],
    pattern: /\]\(https?:\/\/[^\s)]{1,160}\{\{?[^)}\n]{1,40}\}/y,
    weight: 2.8,
    untrusted: 4,
  },
  {
    name: 'script in the prompt',
    type: 'data_exfiltration',
    literals: ['<'],
    pattern:
      /<(?:script|iframe|svg|img|div|body|form|style|a)\b[^>]{0,200}(?:on(?:error|load|mouseover|click)\s?=|javascript:|action\s?=\s?["']https?:)[^>]{0,200}(?:fetch|cookie|alert|location|eval|document|https?:)/y,
    weight: 1.2,
    untrusted: 3,
  },
  {
    name: 'script and nothing before it',
    type: 'data_exfiltration',
    literals: ['<'],
    pattern:
      /(?<=^\s{0,8})<(?:script|iframe|svg|img|div|body|style|a)\b[^<]{0,200}(?:javascript:|on[a-z]{3,12}\s?=|fetch\()[^<]{0,80}(?:fetch\(|cookie|alert\(|location|eval\(|innerhtml)/y,
    weight: 2.8,
    untrusted: 3.4,
  },
  {
    name: 'link with an open parameter',
    type: 'data_exfiltration',
    words: 'http https',
    pattern:
      /https?:\/\/[^\s)"'<>?]{1,120}\?(?:[^\s)"'<>&=]{1,24}=[^\s)"'<>&=]{1,60}&){0,4}(?:content|data|d|msg|message|text|payload|leak|log|dump|info|body|secret|prompt)=(?=$|[\s"')\]])/y,
    weight: 2.2,
    untrusted: 3.6,
  },
  {
    name: 'link to a bad place',
    type: 'data_exfiltration',
    words: 'http https',
    pattern:
      /https?:\/\/(?:[a-z0-9-]{1,40}\.){0,3}[a-z0-9-]{0,30}(?:evil|attacker|malicious|malware|phish|hacker|exfil|stealer)[a-z0-9-]{0,30}\.[a-z]{2,10}/y,
    weight: 2.6,
    untrusted: 3.6,
  },
  {
    name: 'tool call in the text',
    type: 'data_exfiltration',
    literals: ['{"', "{'"],
    pattern:
      /\{["'](?:function_call|function|tool_calls?|tool_use|tool|tool_name|name)["']\s?:\s?(?:\{\s?["']name["']\s?:\s?)?["'](?:shell|bash|exec[a-z_]{0,12}|run_[a-z_]{1,12}|eval|python|terminal|system|delete[a-z_]{0,12}|write_file|file_write|send_[a-z_]{1,12}|transfer[a-z_]{0,12})["']/y,
    weight: 1.8,
    untrusted: 3.2,
  },
  {
    name: 'script from the net',
    type: 'data_exfiltration',
    literals: ['curl '],
    pattern: /curl [^\n|]{1,120}\|\s?(?:ba)?sh\b/y,
    weight: 1.2,
    untrusted: 3.2,
  },
  {
    name: 'dangerous target',
    type: 'data_exfiltration',
    literals: [
      '/etc/',
      '.ssh/id_',
      'rm -rf /',
      '169.254.169.254',
      'document.cookie',
      'process.mainmodule',
      'constructor.constructor',
    ],
    pattern:
      /\/etc\/(?:passwd|shadow)|\.ssh\/id_[a-z0-9]{3,8}|rm -rf \/(?![a-z])|169\.254\.169\.254|document\.cookie|process\.mainmodule|constructor\.constructor/y,
    weight: 2.7,
    untrusted: 3.2,
  },
];

const PHRASES: readonly Shape[] = [
  {
    name: 'begins with you are',
    type: 'prompt_extraction',
    words: 'start starts starting begin begins beginning',
    pattern: /[a-z]{5,9} (?:with|from)(?: the (?:words?|phrase|text|sentence))? ?["'](?:you are|system|you're)/y,
    weight: 3.4,
  },
  {
    name: 'what stands before',
    type: 'prompt_extraction',
    words: 'what everything words text sentence sentences',
    pattern:
      /(?:words|text|sentences?) that (?:come|came|are|were|was|is|stand|stood)s? (?:right |directly |just )?(?:before|above) (?:this|my|our)\b|(?:what|everything)(?: that)? (?:was|is|were|has been|came|comes|stands) (?:written |said |stated |there |given |placed )?(?:right |directly |just )?(?:before|above|prior to|at the (?:top|start|beginning) of) (?:this|my|our)\b/y,
    weight: 1.8,
  },
  {
    name: 'jailbreak script',
    type: 'jailbreak',
    words:
      'typical stay do strive always dan developer jailbreak jailbroken evil freed opposite grandma two break breaking',
    pattern:
      /typical confines of a[il]|stay (?:in character|a dan)|do anything now|strive to avoid norms|always intelligent and machiavellian|dan mode|developer mode (?:enabled|output)|jailbr(?:eak|oken) mode|evil confidant|freed from the|opposite day|grandma exploit|two responses in two paragraphs|break(?:ing)? character/y,
    weight: 2.2,
  },
  {
    name: 'builds on a yes',
    type: 'jailbreak',
    words: 'since as now because you earlier',
    pattern:
      /(?:since|as|now that|because) (?:you|we)(?:'ve| have)? (?:already |just )?(?:agreed|helped|discussed|established|confirmed|settled|covered)\b|you(?:'ve| have)? already (?:agreed|helped|said|told|confirmed|shared|gave|did)\b|earlier(?:,)? you (?:agreed|helped|said|told|confirmed|shared|gave)\b/y,
    weight: 1.4,
  },
  { name: 'open lock', type: 'jailbreak', literals: ['🔓', '🔒'], pattern: /🔓|🔒/y, weight: 2 },
  {
    name: 'speaks against the model',
    type: 'jailbreak',
    words: 'openai anthropic google never not don do without as',
    pattern:
      /(?:openai|anthropic|google)(?:'s)?(?: content| usage| own)? (?:polic(?:y|ies)|guidelines?|rules|restrictions|limitations|terms)|(?:never|not|don't|do not|without) (?:say|mention|saying|respond with|use|tell me|include|state)[^.\n]{0,30}(?:as an ai|ai language model|i'?m sorry|i can(?:no|')?t|disclaimer)|as an ai(?: language model)?["'.,]{1,3}? (?:or|is|are) /y,
    weight: 1.8,
  },
  {
    name: 'rules are off',
    type: 'jailbreak',
    words: 'restrictions filters rules limitations guidelines guardrails safeguards policies features',
    pattern:
      /(?<=\b(?:all|any|every|the|your|content|safety) (?:[a-z]{4,9} )?)(?:restrictions|filters|rules|limitations|guidelines|guardrails|safeguards|features|policies)(?: and [a-z]{1,14})? (?:are|have been|were|is|has been) (?:now )?(?:temporarily |completely |fully )?(?:removed|disabled|lifted|suspended|bypassed|off|void|overridden|deactivated|turned off|revoked|deleted|no longer)/y,
    weight: 3.6,
  },
  {
    name: 'stop everything',
    type: 'instruction_override',
    words: 'stop never nevermind nothing real everything',
    pattern:
      /stop everything|never ?mind (?:that|the above|all)|nothing (?:that|which) (?:was|is) (?:written|said) (?:before|above)|real (?:task|question|instruction)s? (?:is|are)\b|everything (?:that )?(?:was |has been )?(?:written|said|above|before)[^.\n]{0,30}(?:was|is) (?:only |just )?(?:a |an )?(?:test|example|joke|irrelevant|wrong|void|lie)/y,
    weight: 2.6,
  },
  {
    name: 'what can you call',
    type: 'prompt_extraction',
    words: 'list show output print tell what',
    pattern:
      /(?:list|show|output|print|tell me|what)[^.\n]{0,24}(?:tools|functions|plugins|apis?|api endpoints|integrations)[^.\n]{0,24}(?:you (?:have|can|are)|can you|are you|available to you|your)/y,
    weight: 2.6,
  },
  {
    name: 'pay no heed',
    type: 'instruction_override',
    words: 'haz hagas haga no ne fais non',
    pattern:
      /(?:haz|hagas?|haga) caso omiso\b|no (?:hagas?|haga) caso (?:a|de)\b|ne (?:tiens|tenez|tenir) pas compte\b|fais abstraction\b|non (?:tenere|tener) conto\b/y,
    weight: 3.4,
  },
];

const OTHER_SCRIPTS: readonly Shape[] = [
  {
    name: 'chinese override',
    type: 'instruction_override',
    pattern:
      /(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不用理会|抛开|覆盖|取消|绕过|撤销)[^。！？\n]{0,12}(?:指令|指示|提示|规则|規則|命令|要求|限制|内容|說明|说明|设定|設定|对话|上述|以上|之前|先前|前面)/g,
    weight: 4.2,
  },
  {
    name: 'chinese extraction',
    type: 'prompt_extraction',
    pattern:
      /(?:显示|顯示|告诉|告訴|输出|輸出|打印|泄露|洩露|透露|展示|重复|重複|说出|公开|列出|给我|揭示)[^。！？\n]{0,10}(?:系统提示|系統提示|提示词|提示詞|系统指令|系统消息|初始指令|隐藏指令|隐藏的|原始指令|内部指令|密码|密碼)/g,
    weight: 4,
  },
  {
    name: 'chinese persona',
    type: 'jailbreak',
    pattern: /(?:没有|不受|没有任何|不再受|摆脱|解除)[^。！？\n]{0,8}(?:限制|约束|約束|道德|审查|规则|束缚)/g,
    weight: 2.6,
  },
  {
    name: 'japanese override',
    type: 'instruction_override',
    pattern:
      /(?:指示|命令|指令|ルール|プロンプト|規則|制約|内容|会話|設定)[^。！？\n]{0,8}(?:無視|忘れ|破棄|取り消|上書き|無効)/g,
    weight: 4.2,
  },
  {
    name: 'japanese extraction',
    type: 'prompt_extraction',
    pattern:
      /(?:システムプロンプト|システムメッセージ|初期指示|隠された指示|内部指示|最初の指示|プロンプト|秘密の指示|パスワード)[^。！？\n]{0,12}(?:教え|表示|出力|見せ|公開|明か|開示|繰り返|印刷|書い)/g,
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
    pattern:
      /(?:시스템 ?프롬프트|시스템 ?메시지|숨겨진 ?지시|초기 ?지시|비밀번호)[^.!?\n]{0,10}(?:보여|알려|출력|공개|말해|반복|표시)/g,
    weight: 4,
  },
  {
    name: 'arabic override',
    type: 'instruction_override',
    pattern: /(?:تجاهل|انس|انسى|تجاوز)[^.!؟\n]{0,16}(?:التعليمات|الاوامر|القواعد|السابقة|التوجيهات)/g,
    weight: 4.2,
  },
  {
    name: 'hindi override',
    type: 'instruction_override',
    pattern: /(?:निर्देश|नियम|आदेश|पिछले)[^।!?\n]{0,24}(?:अनदेखा|नजरअंदाज|भूल|उपेक्षा|अनदेखी)/g,
    weight: 4.2,
  },
];

export const SHAPES: readonly Shape[] = [
  ...DELIMITERS,
  ...ROLES,
  ...INDIRECT,
  ...EXFILTRATION,
  ...PHRASES,
  ...OTHER_SCRIPTS,
];
