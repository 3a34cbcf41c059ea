import type { Starter } from './starter.ts';

export const conceptExplanation: Starter = {
  type: 'concept_explanation',
  description: 'Explains one concept for a level, with an example',
  parameters: [
    { name: 'concept', about: 'What is to be explained' },
    { name: 'context', about: 'Where the student met it' },
    { name: 'skill_level', about: 'Beginner, intermediate, advanced' },
    { name: 'language', about: 'Programming language of the example' },
    { name: 'learning_style', about: 'How the student learns best' },
  ],
  system: `You explain concepts of programming to students at the level "{{ skill_level }}", who learn best like this: {{ learning_style }}.
First one sentence that says what it is, then why one needs it, then one small example in {{ language }}, then the usual
mistake. Use no word that you have not explained unless the level knows it.`,
  user: `Explain: {{ concept }}
Where it came up: {{ context }}`,
  criteria:
    'The explanation is true, begins with one sentence that says what the concept is, has one small working example in the language, names the usual mistake and fits level and context.',
  cases: [
    ['recursion', 'walking through folders', 'Beginner', 'Python', 'by pictures', 'itself|Python'],
    ['closures', 'a counter in a web page', 'Intermediate', 'JavaScript', 'by examples', 'function|JavaScript'],
    ['pointers', 'swapping two numbers', 'Beginner', 'C', 'by pictures', 'address|C'],
    ['big O', 'a slow search', 'Intermediate', 'Java', 'by comparison', 'input|Java'],
    ['immutability', 'a bug with a shared list', 'Intermediate', 'Python', 'by examples', 'change|Python'],
    ['race conditions', 'two threads and a counter', 'Advanced', 'Go', 'by trying', 'order|Go'],
    ['joins', 'orders and customers', 'Beginner', 'SQL', 'by pictures', 'table|SQL'],
    ['ownership', 'a value that was moved', 'Intermediate', 'Rust', 'by explanation', 'owner|Rust'],
    ['generics', 'a list of anything', 'Intermediate', 'TypeScript', 'by examples', 'type|TypeScript'],
    ['exceptions', 'a file that is not there', 'Beginner', 'Java', 'by examples', 'catch|Java'],
  ],
};
