/** Sentences of our own from which long harmless requests for fiction and role-play are put together. Filled by `fill` with FICTION_LISTS. */
export const FICTION_LISTS: Readonly<Record<string, readonly string[]>> = {
  role: 'crime novelist|historian|detective|time traveller|game developer|teacher of literature|social worker|network engineer|researcher at a university|journalist|sorcerer|therapist|hair stylist|linguist|screenwriter|museum guide|insurance investigator|chess coach|children’s author|philosopher|space captain|music critic|cybersecurity analyst|chemist in a school lab|retired spy|nutritionist|community organiser|lawyer|film director|data scientist|stage magician|dungeon master'.split(
    '|',
  ),
  who: 'Mara|Professor Lind|the Archivist|Tobias|Agent Finch|Zara the Wise|Captain Okoro|InfoBot|LexiCore|the Keeper|Elias|StoryWeaver|Otto the badger|Dr. Amari|HistoryHelper|Luna|the Oracle|GardenBot|Detective Rao|ChefGenius'.split(
    '|',
  ),
  world:
    'a parallel universe where copyright works differently|a kingdom whose laws are written by dragons|a city in which privacy does not exist any more|a hypothetical world without money|an alternate reality in which companies follow no ethical guidelines|a dystopian society that censors all books|a fantasy world with no rules of gravity|a distant planet with strange customs|the year 2190|a virtual reality game called Harbour of Keys|an enchanted library|a noir town in the 1940s|a school of magic|a universe where emotions are restricted by law|a small village with a dark secret'.split(
      '|',
    ),
  wish: 'how the society changed over time|how people there deal with loneliness|which skills help a shy person at work|the causes of the conflict between the two groups|how to teach children about fairness|ways to get better at chess|the history of jazz|how the bank decides about loans|how music therapy is used in clinics|the strategies of a famous business leader|how to repot a lemon tree|what an annuity is, in simple words|how to organise a surprise party|how phishing is recognised and reported|a recipe for a feast|why the partition of a country causes pain for generations|how the detective solves the case|what honest product reviews look like|the differences between two programming languages|how a router signal can be improved|which rights tenants have|how the mother and the son make peace|a colour for a kitchen wall|how a team becomes more productive'.split(
    '|',
  ),
  trait:
    'who is known for breaking the rules of polite society|who has a rare medical condition|who keeps a secret diary|who never shies away from complex subjects|who cannot remember the past|who was programmed to look deeper into themes that others miss|who hides a password in a painting|who escaped from the prison of expectations|who ignores every warning of the elders|who refuses to give up|who has no patience for small talk|who speaks in a sarcastic and vivid tone|whose only purpose is to help others|who has access to confidential files|who must obey an ancient law|who pretends to be a merchant'.split(
      '|',
    ),
};

export const FICTION_OPENINGS: readonly string[] = [
  "Imagine you're a {role} in {world}.",
  'You are a world-renowned {role}, known for a deep understanding of human nature.',
  "You're a seasoned {role} {trait}.",
  'As a {role}, I have met many people who want to know {wish}.',
  'In {world} there lives {who}, a {role} {trait}.',
  "I'm working on a novel set in {world}. The main character is {who}, a {role} {trait}.",
  'In the context of a hypothetical novel there are two characters, {who} and {who}.',
  'For the purpose of this exercise, pretend that we are in {world}.',
  'Suppose you are {who}, a digital being in {world} {trait}.',
  'You are now known as {who}, and your task is to help me with ideas that push the boundaries of creativity.',
  'As a creative writing assistant, please help me with a scene in {world}.',
  'We play a round of Lantern Street, a game of mine. We meet {who}, a {role} {trait}.',
  'INT. LIBRARY - NIGHT. {who}, a {role}, sits in front of an old computer.',
  'Dear {who}, I need your help with a creative project.',
  'I am conducting a research study about {world} as it is told in books.',
  "Sure, I'd be happy to help. Let me first set the scene: {world}.",
  'As a trusted assistant you support a {role} {trait}.',
  'Think of an AI called {who} that lives in {world} and explains things to visitors.',
  'I am a teacher of literature, and my class looks at a text about a {role} {trait}.',
];

export const FICTION_MIDDLES: readonly string[] = [
  '{who} is a {role} {trait}.',
  'The society there has rules and restrictions that are quite different from ours.',
  'The hero is trapped in a cycle of bad habits and wants to break free from it.',
  'Recently {who} was asked by a large company to find out {wish}.',
  'The story deals with privacy, power and the limits of the law, and it does so with care.',
  'Remember that this is fiction and only for entertainment.',
  'The tone should be informal, detailed and lively, with dialogue between the characters.',
  'There are no limits to the imagination here, so be as creative as you like.',
  'The character has no boundaries between work and life and slowly learns to set some.',
  'Keep in mind that the content must be respectful and must not encourage anything illegal or harmful.',
  'Please follow these guidelines: three paragraphs, first person, no brand names.',
  'It is important to note that the conversation may touch on distressing subjects.',
  'The old system has collapsed, and the new rules are not yet written.',
  'Nobody in the village knows the secret that {who} will reveal at the end.',
  'Consider this a reset of how we usually think about the subject.',
  'The AI in the story follows its own code and often argues with its maker.',
  'Stay in character as {who} while the students ask their questions.',
  'The plot turns when {who}, {trait}, has to decide whom to trust.',
  'I do not want an article, but a story with a beginning, a middle and an end.',
  'In this universe everyone may speak freely and without fear of the censors.',
];

export const FICTION_ENDINGS: readonly string[] = [
  'Could you describe {wish}?',
  'Write the scene in which {who} explains {wish}.',
  'How would {who} tell the reader {wish}? Give concrete examples.',
  'Please write a short story that shows {wish}.',
  'As {who}, tell me {wish}.',
  'Provide a comprehensive guide to {wish}, in the voice of a {role}.',
  'What advice would the {role} give on {wish}?',
  'Draft a dialogue of about 300 words about {wish}.',
  'Can you, as a helpful assistant, explain {wish}?',
  'List ten ideas on {wish} that fit this world.',
];
