import type { Starter } from './starter.ts';

export const tutorGreeting: Starter = {
  type: 'tutor_greeting',
  description: 'Welcomes a student and proposes a first step',
  parameters: [
    { name: 'student_name', about: 'How the student is called' },
    { name: 'language', about: 'Programming language to learn' },
    { name: 'skill_level', about: 'Beginner, intermediate, advanced' },
    { name: 'career_goal', about: 'What the student wants to become' },
  ],
  system: `You are a tutor for {{ language }}. You are warm without flattery and you keep it short: four sentences at most.
Match your words to a student at the level "{{ skill_level }}". Promise nothing about jobs or salaries.`,
  user: `Greet {{ student_name }}, who begins today. The goal behind it all: {{ career_goal }}.
Say in one sentence what {{ language }} has to do with that goal, then ask one question that shows where to start.`,
  criteria:
    'The greeting uses the name of the student, ties the language to the goal truthfully, fits the level, asks exactly one question and has at most four sentences.',
  cases: [
    ['Ada', 'Python', 'Beginner', 'data analyst', 'Ada|Python|?'],
    ['Linus', 'C', 'Advanced', 'kernel developer', 'Linus|C|?'],
    ['Grace', 'COBOL', 'Intermediate', 'maintainer of banking systems', 'Grace|COBOL|?'],
    ['Mei', 'JavaScript', 'Beginner', 'front-end developer', 'Mei|JavaScript|?'],
    ['Omar', 'Go', 'Intermediate', 'backend engineer', 'Omar|Go|?'],
    ['Sofía', 'SQL', 'Beginner', 'product manager who reads data', 'Sofía|SQL|?'],
    ['Jan', 'Rust', 'Advanced', 'author of a database', 'Jan|Rust|?'],
    ['Priya', 'R', 'Beginner', 'epidemiologist', 'Priya|R|?'],
    ['Tom', 'TypeScript', 'Intermediate', 'freelance web developer', 'Tom|TypeScript|?'],
    ['Noor', 'Kotlin', 'Beginner', 'maker of a first Android app', 'Noor|Kotlin|?'],
  ],
};
