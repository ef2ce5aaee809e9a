/** Programs that apply Git all the time, by the field managers under which they write. What they take back they take back again. */
const agents: readonly (readonly [RegExp, string])[] = [
  [/^argocd-/, 'Argo CD'],
  [/^(kustomize|helm)-controller$/, 'Flux'],
];

/** What to do about one; empty for everybody else. */
export function aboutAgent(manager: string): string {
  const [, name] = agents.find(([pattern]) => pattern.test(manager)) ?? [];
  if (name === undefined) return '';
  return `; this is ${name}, which will do so again: suspend it for the release, or let it ignore what a release writes (docs/gitops.md has both)`;
}
