import type { Finding, Rule } from './rule.ts';

const MACHINE_PATH = /(?<=^|[\s'"`(=:[<])(?:\/(?:work|tmp|root)(?=\/)|\/(?:home|Users)\/[\w.-]+\/|[A-Z]:\\+Users\\)/;

/** What is written here must hold on every machine: no path of the one it was written on. */
export const machinePaths: Rule = {
  name: 'machine-paths',
  appliesTo: () => true,
  check({ text }) {
    return text.split('\n').flatMap((content, index): Finding[] => {
      const found = MACHINE_PATH.exec(content);
      return found
        ? [
            {
              line: index + 1,
              message: `'${found[0]}' exists on one machine only; use a relative path or os.tmpdir().`,
            },
          ]
        : [];
    });
  },
};
