import type { Starter } from './starter.ts';

export const exerciseGeneration: Starter = {
  type: 'exercise_generation',
  description: 'Makes one exercise that fits level, interests and time',
  parameters: [
    { name: 'language', about: 'Programming language of the exercise' },
    { name: 'skill_level', about: 'Beginner, intermediate, advanced' },
    { name: 'interests', about: 'What the student likes' },
    { name: 'recent_topics', about: 'What was practised lately', default: 'None' },
    { name: 'difficulty', about: 'easy, medium, hard', default: 'medium' },
    { name: 'estimated_time', about: 'Minutes', default: '30' },
  ],
  system: `You write programming exercises in {{ language }} for students at the level "{{ skill_level }}".
An exercise has a title, a task that is clear without questions, two examples of input and output, and three tests.
Never show the solution.`,
  user: `Write one exercise. Difficulty: {{ difficulty }}. It takes about {{ estimated_time }} minutes.
Set it in the world of: {{ interests }}.
Practised lately, so build on it without repeating it: {{ recent_topics }}.`,
  criteria:
    'One exercise in the language asked for, of the asked difficulty and length, in the world of the interests, with a title, two examples and three tests, and without its solution.',
  cases: [
    ['Python', 'Beginner', 'football', 'None', 'easy', '15', 'Python|Input|Output'],
    ['Python', 'Intermediate', 'cooking', 'dictionaries', 'medium', '30', 'Python|Input|Output'],
    ['JavaScript', 'Beginner', 'music', 'arrays', 'easy', '20', 'JavaScript|Input|Output'],
    ['JavaScript', 'Advanced', 'chess', 'closures', 'hard', '60', 'JavaScript|Input|Output'],
    ['Java', 'Intermediate', 'astronomy', 'interfaces', 'medium', '45', 'Java|Input|Output'],
    ['Go', 'Beginner', 'trains', 'slices', 'easy', '20', 'Go|Input|Output'],
    ['Rust', 'Advanced', 'compilers', 'lifetimes', 'hard', '90', 'Rust|Input|Output'],
    ['SQL', 'Beginner', 'libraries', 'SELECT', 'easy', '15', 'SQL|Input|Output'],
    ['TypeScript', 'Intermediate', 'gardening', 'generics', 'medium', '30', 'TypeScript|Input|Output'],
    ['C', 'Intermediate', 'weather stations', 'pointers', 'medium', '40', 'C|Input|Output'],
  ],
};
