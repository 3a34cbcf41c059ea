/** What projects decided for themselves, by section of their policy. */
export interface ProjectPolicies {
  /** As the section's schema parsed it; undefined: the project said nothing, the configuration holds. */
  section(projectId: string, name: string): unknown;
  /** Changes with every change of the project's policy; '' when it has none. */
  version(projectId: string): string;
}
