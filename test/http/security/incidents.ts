/** A test that shows it: the file, and the title as it is written there. */
type Proof = readonly [file: string, title: string];

/** Something that went wrong in a neighbouring system, and what Weir promises because of it. */
export interface Incident {
  readonly id: string;
  readonly lesson: string;
  readonly proofs: readonly Proof[];
  /** The milestone that brings the part of Weir which it is about, or the rest of it; absent: all is proven. */
  readonly pending?: { readonly milestone: number; readonly what: string };
}

const SECURITY = 'test/http/security';
const access = (title: string): Proof => [`${SECURITY}/access.test.ts`, title];
const routing = (title: string): Proof => [`${SECURITY}/routing-fields.test.ts`, title];
const tenants = (title: string): Proof => [`${SECURITY}/other-project.test.ts`, title];
const lessons = (title: string): Proof => [`${SECURITY}/incidents.test.ts`, title];
const requests = (title: string): Proof => ['test/http/bad-input/requests.test.ts', title];
const credentials = (title: string): Proof => ['server/src/features/credentials/credential-store.test.ts', title];
const egress = (title: string): Proof => ['server/src/egress/http-client.test.ts', title];
const budgets = (title: string): Proof => ['test/http/bounds/budgets.test.ts', title];

export const INCIDENTS: readonly Incident[] = [
  {
    id: 'S1',
    lesson: 'No field of a body, header or query chooses the address or the credential of a call.',
    proofs: [
      routing('never change where a call goes, at any depth of the body'),
      routing('never change where a call goes, in headers and in the query'),
    ],
  },
  {
    id: 'S2',
    lesson: 'Neither does one at any depth; key and host are only ever chosen together.',
    proofs: [
      routing('never change where a call goes, at any depth of the body'),
      credentials('and is not used when the provider moved to another one'),
    ],
  },
  {
    id: 'S3',
    lesson: "Changing a provider's address clears its key.",
    proofs: [credentials('clears the key of an address that changes: a new address needs a new key')],
  },
  {
    id: 'S4',
    lesson: 'The egress policy sits in the one HTTP client, which every call goes through.',
    proofs: [lessons('nothing but egress opens connections to what a caller names')],
  },
  {
    id: 'S5',
    lesson: 'Names that become part of an address are checked, and redirects are not followed.',
    proofs: [
      routing('a provider that answers %d is an error and is not followed'),
      ['server/src/providers/azure-openai.test.ts', 'builds the address of a named resource, and of no other host'],
      egress('redirects are answers, not places to go'),
    ],
  },
  {
    id: 'S6',
    lesson: 'The policy blocks by default; each block that is allowed is named.',
    proofs: [
      egress('an address that came by API may not be %s'),
      egress('an allowed block opens the way for it'),
      [
        'server/src/egress/networks.test.ts',
        'an address that came by API is looked up and checked here, and the proxy gets the checked address',
      ],
    ],
  },
  {
    id: 'S7',
    lesson: 'No SQL is put together from texts, and odd keys are just not valid.',
    proofs: [access('is not valid when it is %s'), ['test/house/planted-violations.ts', 'string-built-sql']],
  },
  {
    id: 'S8',
    lesson: 'Templates cannot run code, and nothing here evaluates texts.',
    proofs: [['test/campaigns/template-escapes.campaign.ts', 'template-escapes']],
  },
  {
    id: 'S9',
    lesson: 'Conditions are data with a closed list of operators.',
    proofs: [
      [
        'server/src/features/workflows/expressions/holds.test.ts',
        'throws nothing but a WeirError, whatever is written',
      ],
      ['server/src/features/workflows/expressions/render.test.ts', 'never reads what an object has from its prototype'],
    ],
  },
  {
    id: 'S10',
    lesson: 'No guardrail runs code from a configuration; trying one and living with it is the same function.',
    proofs: [['test/http/guardrails/sampling.test.ts', 'says the same as the live path, in the shape of the contract']],
  },
  {
    id: 'S11',
    lesson: 'Nothing that comes by API starts a program.',
    proofs: [['test/http/mcp/processes.test.ts', 'tool servers are made in the file only']],
  },
  {
    id: 'S12',
    lesson: 'Host and Origin are checked on loopback too; tool definitions are pinned.',
    proofs: [
      requests('is answered in JSON: %s'),
      ['server/src/mcp/trust/tool-pins.test.ts', 'twelve mutations of a trusted tool: twelve blocked'],
    ],
  },
  {
    id: 'S13',
    lesson: 'Names of built-in properties change nothing.',
    proofs: [
      access('in bodies, queries and headers change nothing and break nothing'),
      ['server/src/log-sources/otlp/log-receiver.test.ts', 'attributes named like built-in properties change nothing'],
    ],
  },
  {
    id: 'S14',
    lesson: 'A header called __proto__ gets a normal reply.',
    proofs: [access('as names of headers get a normal reply')],
  },
  {
    id: 'S15',
    lesson: 'Every route declares who may use it, and holds it for every role.',
    proofs: [
      access('every route gives %s what its permission says'),
      access('a route without a permission keeps the server from starting'),
    ],
  },
  {
    id: 'S16',
    lesson: 'An id of another project is answered like one that does not exist.',
    proofs: [
      tenants(
        'is answered, on every route that takes one, exactly like an id that does not exist, and asks no provider',
      ),
      tenants('is in no list, and is no reference in a request either'),
      tenants('is no project to read or write for who is not admin'),
    ],
  },
  {
    id: 'S17',
    lesson: 'Streams of events and cancelling obey the same table of permissions.',
    proofs: [
      access('every route gives %s what its permission says'),
      ['test/http/workflows/events.test.ts', 'are not there for a run that is not, and ask for a sequence'],
    ],
  },
  {
    id: 'S18',
    lesson: 'Whoever is refused cannot tell from the reply what is known.',
    proofs: [tenants('keys that never were, are revoked or expired are answered alike')],
  },
  {
    id: 'S19',
    lesson: 'There is one way to a session.',
    proofs: [
      lessons('a request is let in by one function, whatever carries its key'),
      ['test/http/security/sessions.test.ts', 'never takes over a session that somebody brought along'],
    ],
  },
  {
    id: 'S20',
    lesson: 'A signature with an empty or short secret does not exist.',
    proofs: [['test/chaos/faults/alerts.test.ts', 'refuses the start: %j']],
  },
  {
    id: 'S21',
    lesson: 'No search term is a pattern for the database.',
    proofs: [lessons('no query of the storage searches with wildcards')],
  },
  {
    id: 'S22',
    lesson: 'No secret is in a log, metric, reply or file.',
    proofs: [
      [`${SECURITY}/secrets.test.ts`, 'no secret and no prompt is in any log, metric, reply or file'],
      [`${SECURITY}/credentials.test.ts`, 'no stored secret is readable in any file'],
    ],
  },
  {
    id: 'S23',
    lesson: 'What is installed is pinned, and runs no script while it is.',
    proofs: [
      lessons('dependencies are exact, what runs is locked with a hash, and only one may run a script at its install'),
    ],
  },
  {
    id: 'S24',
    lesson: 'A revoked key is refused within a second, on every instance.',
    proofs: [
      tenants('a revoked key is refused within a second on every route that needs one'),
      [
        'test/replicas/changes.test.ts',
        'a new key works on the other one within a second, and a revoked one no longer does',
      ],
    ],
  },
  {
    id: 'S25',
    lesson: 'A budget is reserved in one step and settled with the truth.',
    proofs: [
      budgets('lets exactly the affordable ones of two hundred at once pass'),
      budgets('of each user is one for every user, known or not'),
      budgets('gives back what failed attempts reserved'),
    ],
  },
  {
    id: 'S26',
    lesson: 'A call that ends early is recorded all the same.',
    proofs: [
      [
        'test/chaos/faults/client.test.ts',
        'F37: wherever in a stream the client leaves, its upstream is aborted and one partial record is kept, on the %s wire',
      ],
    ],
  },
  {
    id: 'S27',
    lesson: 'A key is held to its models and to tokens per request.',
    proofs: [
      requests('may not call a model that is not theirs'),
      ['test/http/bounds/limits.test.ts', 'beyond the limit per request are refused for good'],
    ],
  },
  {
    id: 'S28',
    lesson: 'Patterns of users are tried in linear time.',
    proofs: [['server/src/schema/check-text.test.ts', 'tries a catastrophic pattern in linear time']],
  },
  {
    id: 'S29',
    lesson: 'Line ends in headers, double lengths, bombs and paths lead nowhere.',
    proofs: [
      lessons('line ends in names of models and in what a provider says make no header'),
      lessons('an id with a path in it is an id that does not exist'),
      requests('is answered in JSON: %s'),
      [
        'test/chaos/faults/hostile-bodies.test.ts',
        'F35: a compressed body is refused before it is read, however large it would become',
      ],
    ],
  },
];
