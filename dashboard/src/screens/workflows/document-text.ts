/** Is the text JSON, or else YAML? */
export function languageOf(text: string): 'json' | 'yaml' {
  return text.trimStart().startsWith('{') || text.trim() === '' ? 'json' : 'yaml';
}

/** A document as it is sent: as it was written, under the type it is in. */
export function bodyOf(text: string): Blob {
  return new Blob([text], { type: languageOf(text) === 'json' ? 'application/json' : 'application/yaml' });
}

/** What a new workflow begins with: a model's answer, and a person who says yes before anything happens. */
export const FIRST_DOCUMENT = `{
  "name": "answer-a-letter",
  "description": "Drafts an answer, and waits for a yes before it is final.",
  "steps": [
    {
      "name": "draft",
      "type": "sampling",
      "config": {
        "messages": [{ "role": "user", "content": "Answer in two sentences: {{input.letter}}" }],
        "maxTokens": 200
      }
    },
    {
      "name": "check",
      "type": "approval",
      "config": {
        "message": "May this be sent?",
        "data": { "answer": "{{steps.draft.output.content}}" },
        "form": {
          "type": "object",
          "properties": { "answer": { "type": "string", "title": "Answer" } },
          "required": ["answer"]
        }
      }
    }
  ]
}
`;
