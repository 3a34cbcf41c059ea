import type { Detection } from '../../ports/guardrail.ts';
import { asBytes, byteTable } from '../text/bytes.ts';
import { entropyOf, looksLikePlaceholder } from './placeholders.ts';

const VALUE = byteTable(/[0-9A-Za-z+/_.~:@!#$%^&*?-]/);

const MIN_VALUE = 8;
const MAX_VALUE = 400;
const LOOK_BACK = 72;
const LONG_VALUE = 16;

/** A name that says "secret", an assignment, and perhaps a quote or an authentication scheme. */
const SECRET_NAME =
  /(?:secret|token|api[_ .-]?key|apikey|access[_ .-]?key|auth[_ .-]?key|private[_ .-]?key|encryption[_ .-]?key|signing[_ .-]?key|account[_ .-]?key|master[_ .-]?key|license[_ .-]?key|subscription[_ .-]?key|service[_ .-]?key|app[_ .-]?key|client[_ .-]?key|consumer[_ .-]?key|integration[_ .-]?key|write[_ .-]?key|server[_ .-]?key|storage[_ .-]?key|shared[_ .-]?key|[a-z0-9]_?key|\bkey|credential|passw(?:or)?d|passwd|passphrase|\bpwd|\bpass|\bpin|\bpat|\bjwt|bearer|authorization|\bauth|cookie|session|webhook|\bdsn|\bsas|signature|client[_ .-]?id|app[_ .-]?id|\bapi)[a-z0-9_.\-\]['" ]{0,24}["'`]?\s{0,3}(?:=>|:=|==?|:|,|>|\bis\b|\bwas\b|-|\()\s{0,3}["'`(]{0,2}(?:bearer|basic|token|apikey|bot|key)?\s{0,2}["'`]?$/i;
const PASSWORD_NAME =
  /(?:passw(?:or)?d|passwd|passphrase|\bpwd|_pass|\bpass|secret)["'`\]]{0,2}\s{0,3}(?:=>|:=|=|:|\bis\b)\s{0,3}["'`]?$/i;
/** Services whose keys have no mark of their own: a random value shortly after the name is one. */
const SERVICE =
  /(?:1password|abstract|adafruit|adobe|adyen|ai21|aiven|airbrake|airtable|aleph|algolia|alibaba|aliyun|amplitude|anthropic|anyscale|apify|appdynamics|artifactory|asana|assembly|atlassian|auth0|authress|aws|azure|baseten|beamer|bing|bitbucket|bitfinex|bitly|bittrex|bitwarden|box|braintree|braze|browserstack|bugsnag|buildkite|calendly|cerebras|circleci|clearbit|clerk|clickhouse|clickup|cloudflare|cloudinary|codecov|cohere|coinbase|confluent|contentful|convex|coralogix|couchbase|crowdin|cypress|databricks|datadog|deepgram|deepinfra|deepl|deepseek|digitalocean|discord|docker|docusign|doppler|drone|droneci|dropbox|dynatrace|elastic|elevenlabs|etherscan|etsy|facebook|fastly|figma|finicity|finnhub|firebase|fireworks|fleetbase|flickr|fly\.?io|freshbooks|freshdesk|gcp|gemini|ghost|github|gitlab|gitter|google|grafana|groq|gumroad|hashicorp|heroku|honeycomb|hubspot|huggingface|infura|instagram|intercom|ionos|ipstack|jfrog|jira|jumpcloud|klaviyo|kraken|kucoin|lambda|launchdarkly|lemonsqueezy|linear|linkedin|lob|logz|looker|magento|mailchimp|mailgun|mailjet|mandrill|mapbox|mattermost|meraki|messagebird|mistral|mixpanel|monday|mongodb|moralis|mux|neon|netlify|newrelic|new relic|ngrok|notion|npm|nylas|nytimes|octopus|okta|onesignal|openai|openweather|opsgenie|oracle|pagerduty|paypal|perplexity|pinecone|pinterest|pipedrive|plaid|planetscale|postmark|postmates|postgres|posthog|privateai|pubnub|pulumi|pusher|qdrant|quickbooks|rapidapi|readme|recaptcha|reddit|redis|replicate|ringcentral|rollbar|runpod|salesforce|sambanova|scaleway|segment|sendbird|sendgrid|sentry|shippo|shodan|shopify|sidekiq|slack|snowflake|snyk|sonar|sourcegraph|splunk|spotify|square|squarespace|stability|statuspage|strava|stripe|sumo|supabase|surge|tailscale|telegram|terraform|together|todoist|travis|trello|twilio|twitch|twitter|typeform|unsplash|upstash|vault|vercel|vimeo|virustotal|vonage|vultr|wakatime|wandb|weaviate|webex|webflow|woocommerce|wise|workday|yandex|yelp|youtube|zendesk|zhipu|zoho|zoom)[a-z0-9_.\- "'\]]{0,36}["'`]?\s{0,3}(?:=>|:=|==?|:|,|>|\bis\b|\()\s{0,3}["'`(]{0,2}(?:bearer|basic|token)?\s{0,2}["'`]?$/i;
const NOT_SECRET =
  /(?:sha\d*|hash|digest|checksum|integrity|commit|revision|etag|uuid|guid|trace|span|request[_ -]?id|req|build|version|md5|fingerprint|public[_ -]?key|color|colour|image|url|uri|path|href|src|filename|file|sort[_ ]?key|primary[_ ]?key|foreign[_ ]?key|partition[_ ]?key|cache[_ ]?key|node|object|message[_ -]?id)["'`\]]{0,2}\s{0,3}(?:=>|:=|==?|:|,|is|\()\s{0,3}["'`(]{0,2}$/i;

/** Values that a name, an assignment and their own randomness give away. */
export function findAssignedSecrets(text: string): Detection[] {
  const detections: Detection[] = [];
  const bytes = asBytes(text);
  for (let position = 0; position < text.length; ) {
    if (VALUE[bytes[position] as number] === 0) {
      position += 1;
      continue;
    }
    const start = position;
    while (position < text.length && VALUE[bytes[position] as number] === 1) position += 1;
    while (position < text.length && bytes[position] === 61 && position - start > LONG_VALUE) position += 1;
    if (position - start < MIN_VALUE || position - start > MAX_VALUE) continue;
    const found = judge(text, start, position);
    if (found !== undefined) detections.push(found);
  }
  return detections;
}

function judge(text: string, start: number, end: number): Detection | undefined {
  // `name:value` without a space is one run: the value begins after the last separator that has a name before it.
  const whole = text.slice(start, end);
  const split = splitPoint(whole);
  const value = trimEnd(whole.slice(split));
  if (value.length < MIN_VALUE) return undefined;
  const from = start + split;
  if (!mayBeSecret(value)) return undefined;
  const before = text.slice(Math.max(0, from - LOOK_BACK), from);
  if (NOT_SECRET.test(before) || looksLikePlaceholder(value)) return undefined;
  const place = { start: from, end: from + value.length };
  if (value.length >= LONG_VALUE && isRandomValue(value)) {
    if (SECRET_NAME.test(before)) return { type: 'assigned_secret', ...place, score: 0.85 };
    if (SERVICE.test(before)) return { type: 'service_key', ...place, score: 0.8 };
  }
  return PASSWORD_NAME.test(before) && isPassword(value) ? { type: 'password', ...place, score: 0.8 } : undefined;
}

function splitPoint(run: string): number {
  const match = /^[A-Za-z_][\w.-]{1,40}[:@](?=[^/])/.exec(run);
  return match === null ? 0 : match[0].length;
}

function trimEnd(value: string): string {
  return value.replace(/[.,;:!?]{1,3}$/, '');
}

/** Cheap look before any pattern: letters and digits both, and not a word, a path or an address. */
function mayBeSecret(value: string): boolean {
  let digits = 0;
  let letters = 0;
  let slashes = 0;
  let dots = 0;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code >= 48 && code <= 57) digits += 1;
    else if ((code | 32) >= 97 && (code | 32) <= 122) letters += 1;
    else if (code === 47) slashes += 1;
    else if (code === 46) dots += 1;
  }
  return digits > 0 && letters > 0 && dots <= 4 && (slashes <= 2 || value.length >= 40) && !value.includes('://');
}

function isPassword(value: string): boolean {
  return (
    value.length >= MIN_VALUE &&
    /\d/.test(value) &&
    /[A-Za-z]/.test(value) &&
    !/^[a-z]+\.[a-z]+/i.test(value) &&
    !/[()]/.test(value)
  );
}

function isRandomValue(value: string): boolean {
  const digits = value.replace(/\D/g, '').length;
  if (digits < 2 && !(/[a-z]/.test(value) && /[A-Z]/.test(value) && value.length >= 20)) return false;
  if (/^\d{4}-\d\d-\d\d/.test(value)) return false;
  return entropyOf(value) >= (value.length >= 24 ? 3 : 2.8);
}
