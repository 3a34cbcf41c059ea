import { isObject } from '../../kernel/json.ts';

const SECRET_NAME = /secret|password|passphrase|authorization|cookie|sealed|^(api_?key|apikey|key|token|credential)$/i;
const SECRET_VALUE = /\b(weir_[0-9A-Za-z]{40,}|sk-[\w-]{12,}|gsk_\w{12,}|hf_\w{12,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,})/;
const MAX_DEPTH = 8;

/** A copy in which everything that is called a secret, or looks like one, is masked: the last line of defence. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return SECRET_VALUE.test(value) ? '[masked]' : value;
  if (depth > MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRET_NAME.test(name) && item !== null ? '[masked]' : withoutSecrets(item, depth + 1),
    ]),
  );
}
