/** What an export tells apart. What is none of these is kept: errors, what is above, and what nobody can read. */
export const SEVERITY_CLASSES = ['DEBUG', 'INFO', 'WARNING', 'NONE'] as const;
/** NONE: neither a field nor the text says. */
export type SeverityClass = (typeof SEVERITY_CLASSES)[number];

/**
 * Levels in capitals by class, with the numbers of pino and bunyan (10 to 60) and OpenTelemetry (1 to 24). Numbers up to 3
 * are in doubt, syslog counts its worst so: they are in no class, like ERROR.
 */
export const CLASS_WORDS: Readonly<Record<Exclude<SeverityClass, 'NONE'>, readonly string[]>> = {
  DEBUG: 'TRACE DEBUG DBG TRC VERBOSE SILLY FINE FINER FINEST D T V 4 5 6 7 8 10 20'.split(' '),
  INFO: 'INFO INF INFORMATION INFORMATIONAL NOTICE NOTE LOG HTTP CONFIG I N 9 11 12 30'.split(' '),
  WARNING: 'WARN WARNING WRN W 13 14 15 16 40'.split(' '),
};

/** Keys of a level and of the message in structured lines, the best first. */
export const LEVEL_KEYS = [
  'level',
  'severity',
  'severity_text',
  'SeverityText',
  'lvl',
  'log.level',
  'levelname',
  '@level',
];
export const MESSAGE_KEYS = ['message', 'msg', 'body', '@message', 'MESSAGE', 'log', 'event', 'text', 'textPayload'];
/** A structured line with one of these carries an exception and is kept. */
export const EXCEPTION_KEYS = [
  'err',
  'exception',
  'exc_info',
  'stack',
  'stack_trace',
  'stacktrace',
  'error.stack_trace',
];

const NAMES = 'trace|debug|info|notice|warn|warning|error|err|critical|fatal';
const TIME = '[\\[(]?\\d[-\\d\\s.,:/TZ+]*[\\])]?';

/**
 * Where a line of text names its level itself, the first that matches counts; RE2 with the group `level`: level=warn, a word
 * after the time, a word in capitals, [notice], a letter after the time or before the date, and a first word like panic.
 */
export const TEXT_LEVELS = [
  '(?i)(?:^|[\\s{,\\x22\\x27])(?:level|lvl|severity|log\\.?level|loglevel)[\\x22\\x27]?\\s?[=:]\\s?[\\x22\\x27]?(?P<level>[a-z]+)',
  `(?i)^${TIME}[ ,|:-]+(?P<level>${NAMES})[ :,|]`,
  '(?:^|[\\s\\[(<|:,-])(?P<level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|CRIT|FATAL|ALERT|EMERG|PANIC|FINE|FINER|FINEST|LOG)(?:[\\s\\]):>|,-]|\\z)',
  `(?i)[\\[<(](?:\\w+:)?(?P<level>${NAMES}|crit|alert|emerg)[\\])>]`,
  `^${TIME}\\s(?P<level>[VDIWEF])[ /]`,
  '^(?P<level>[IWEF])\\d{4} \\d',
  '(?i)^(?P<level>error|err|exception|fatal|panic|critical|severe|warning|warn|traceback|uncaught|unhandled)(?:[^A-Za-z0-9_]|\\z)',
] as const;
