import { z } from 'zod';

const evaluation = {
  inference_id: z.string().min(1).max(256).describe('The call that is judged: its request id (`x-request-id`)'),
  metric: z
    .string()
    .regex(/^[\w.:/-]{1,64}$/, 'takes letters, digits and . _ - : / only, at most 64')
    .describe('accuracy, relevance, quality or any other name'),
  score: z.number().min(0).max(1).describe('0 is worst, 1 is best'),
  evaluator: z.enum(['human', 'automated']),
};

export const newEvaluationSchema = z.strictObject({
  ...evaluation,
  project_id: z.string().min(1).optional().describe('Absent: `default` for admins, else the own one'),
});

export const evaluationSchema = z.object({
  id: z.string(),
  ...evaluation,
  created_at: z.string().describe('ISO 8601'),
});
export type EvaluationObject = z.infer<typeof evaluationSchema>;
