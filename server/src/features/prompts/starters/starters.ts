import { codeReview } from './code-review.ts';
import { conceptExplanation } from './concept-explanation.ts';
import { exerciseGeneration } from './exercise-generation.ts';
import { feedbackGeneration } from './feedback-generation.ts';
import { hintGeneration } from './hint-generation.ts';
import { onboardingInterview } from './onboarding-interview.ts';
import type { Starter } from './starter.ts';
import { tutorGreeting } from './tutor-greeting.ts';

/** What every project begins with. A text that changes here reaches new projects only: versions never change. */
export const STARTERS: readonly Starter[] = [
  tutorGreeting,
  exerciseGeneration,
  codeReview,
  hintGeneration,
  feedbackGeneration,
  onboardingInterview,
  conceptExplanation,
];
