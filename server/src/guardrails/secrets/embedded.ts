import type { Detection } from '../../ports/guardrail.ts';
import { asBytes } from '../text/bytes.ts';
import { looksLikePlaceholder } from './placeholders.ts';

/** Secrets that are recognised by what surrounds them; each is looked for from a literal, so a text without it costs one search. */
interface Embedded {
  readonly type: string;
  readonly literal: string;
  /** The longest run without spaces must have this many characters; absent when any will do. */
  readonly minRun?: number;
  readonly pattern: RegExp;
  readonly score: number;
}

const EMBEDDED: readonly Embedded[] = [
  {
    type: 'putty_private_key',
    literal: 'PuTTY-User-Key-File',
    pattern: /PuTTY-User-Key-File-\d: [^\n]{1,60}/g,
    score: 0.95,
  },
  {
    type: 'json_web_token',
    literal: 'eyJ',
    pattern: /\beyJ[A-Za-z0-9_-]{8,2000}\.eyJ?[A-Za-z0-9_-]{8,4000}(?:\.[A-Za-z0-9_-]{4,1000})?/g,
    score: 0.9,
  },
  { type: 'json_web_token', literal: 'ZXlK', pattern: /\bZXlK[A-Za-z0-9+/]{60,4000}={0,2}/g, score: 0.85 },
  {
    type: 'slack_webhook',
    literal: 'hooks.slack.com',
    pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9/_-]{20,100}/g,
    score: 0.97,
  },
  {
    type: 'discord_webhook',
    literal: '/api/webhooks/',
    pattern: /\/api\/webhooks\/\d{16,20}\/[A-Za-z0-9_-]{40,100}/g,
    score: 0.97,
  },
  {
    type: 'teams_webhook',
    literal: 'webhook.office.com',
    pattern: /webhook\.office\.com\/webhookb2\/[A-Za-z0-9@/-]{60,250}/g,
    score: 0.97,
  },
  {
    type: 'zapier_webhook',
    literal: 'hooks.zapier.com',
    pattern: /hooks\.zapier\.com\/hooks\/catch\/\d{4,12}\/[a-z0-9]{4,12}/gi,
    score: 0.9,
  },
  {
    type: 'azure_ad_secret',
    literal: 'Q~',
    pattern: /(?<![\w~.-])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![\w~.-])/g,
    score: 0.95,
  },
  { type: 'azure_sas_token', literal: 'sig=', pattern: /[?&]sig=[A-Za-z0-9%+/]{40,90}(?:%3D|=)?/g, score: 0.9 },
  { type: 'mailchimp_key', literal: '-us', minRun: 35, pattern: /(?<![0-9a-f])[0-9a-f]{32}-us\d{1,2}\b/g, score: 0.95 },
  {
    type: 'telegram_token',
    literal: ':A',
    minRun: 30,
    pattern: /(?<![\w])\d{5,16}:A[A-Za-z0-9_-]{32,36}(?![\w-])/g,
    score: 0.95,
  },
  {
    type: 'discord_token',
    literal: '.',
    minRun: 58,
    pattern: /(?<![\w.-])[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}(?![\w.-])/g,
    score: 0.9,
  },
  {
    type: 'terraform_token',
    literal: '.atlasv1.',
    pattern: /(?<![\w])[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}/g,
    score: 0.97,
  },
  { type: 'maxmind_key', literal: '_mmk', pattern: /(?<![\w])[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk\b/g, score: 0.95 },
  {
    type: 'sentry_dsn',
    literal: 'ingest',
    pattern: /https:\/\/[0-9a-f]{32}(?::[0-9a-f]{32})?@[a-z0-9.-]{4,60}\/\d{1,20}/g,
    score: 0.85,
  },
  {
    type: 'url_password',
    literal: '://',
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/"'`<>]{0,80}:([^\s@/"'`<>]{3,200})@[A-Za-z0-9[]/gi,
    score: 0.9,
  },
  { type: 'basic_auth', literal: 'asic ', pattern: /\bbasic [A-Za-z0-9+/]{16,300}={0,2}(?![\w+/])/gi, score: 0.85 },
  {
    type: 'bearer_token',
    literal: 'earer ',
    pattern: /\bbearer [A-Za-z0-9_.~+/-]{20,1500}={0,2}(?![\w])/gi,
    score: 0.85,
  },
  { type: 'command_line_password', literal: ' -u ', pattern: / -u ["']?[\w.@-]{1,60}:[^\s"']{4,120}/g, score: 0.8 },
  {
    type: 'connection_password',
    literal: 'assword=',
    pattern: /\bpassword=[^\s;"'&<>{}$]{6,120}(?=;|\s|"|'|$)/gi,
    score: 0.85,
  },
  {
    type: 'zhipu_api_key',
    literal: '.',
    minRun: 49,
    pattern: /(?<![\w.])[0-9a-f]{32}\.[A-Za-z0-9]{16}(?![\w.])/g,
    score: 0.9,
  },
  {
    type: 'aws_secret_key',
    literal: 'aws',
    minRun: 40,
    pattern: /aws[^\n]{0,40}(?:secret|key)[^\n]{0,30}?["'\s=:]([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
    score: 0.9,
  },
  {
    type: 'kubernetes_secret',
    literal: 'kind: Secret',
    pattern: /kind: Secret[\s\S]{0,400}?\bdata:\s{1,8}[\w.-]{1,60}: {0,3}[A-Za-z0-9+/]{8,400}={0,2}/g,
    score: 0.85,
  },
];

const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
const ARMOUR_END = '-----END ';
const LONGEST_KEY = 12_000;
const MAX_PRIVATE_KEYS = 100;

/** The private key whose armour begins at this place, up to the end of the armour when there is one. */
export function privateKeyAt(text: string, position: number): Detection | undefined {
  PRIVATE_KEY.lastIndex = position;
  const match = PRIVATE_KEY.exec(text);
  if (match === null) return undefined;
  const close = text.indexOf(ARMOUR_END, position);
  const end = close < 0 || close > position + LONGEST_KEY ? position + match[0].length : lineEnd(text, close);
  return { type: 'private_key', start: position, end, score: 0.99 };
}

function lineEnd(text: string, position: number): number {
  const end = text.indexOf('-----', position + ARMOUR_END.length);
  return end < 0 || end > position + 60 ? position + ARMOUR_END.length : end + 5;
}

/** Every private key of the text, without looking again inside one that was found. */
export function findPrivateKeys(text: string): Detection[] {
  const detections: Detection[] = [];
  let position = text.indexOf('-----BEGIN ');
  while (position >= 0 && detections.length < MAX_PRIVATE_KEYS) {
    const found = privateKeyAt(text, position);
    if (found !== undefined) detections.push(found);
    position = text.indexOf('-----BEGIN ', found?.end ?? position + 11);
  }
  return detections;
}

export function findEmbedded(text: string): Detection[] {
  const detections = findPrivateKeys(text);
  const longest = longestRun(text);
  for (const { type, literal, minRun, pattern, score } of EMBEDDED) {
    if (longest < (minRun ?? 0) || !text.includes(literal)) continue;
    for (const match of text.matchAll(pattern)) {
      const secret = match[1] ?? match[0];
      if (looksLikePlaceholder(secret) || /^(?:\$\{?|\{\{|%|password$|pass$|pwd$|secret$)/i.test(secret)) continue;
      const start = match.index + match[0].indexOf(secret);
      detections.push({ type, start, end: start + secret.length, score });
    }
  }
  return detections;
}

function longestRun(text: string): number {
  const bytes = asBytes(text);
  let longest = 0;
  let start = 0;
  for (let position = 0; position <= text.length; position++) {
    if (position < text.length && (bytes[position] as number) > 32) continue;
    if (position - start > longest) longest = position - start;
    start = position + 1;
  }
  return longest;
}
