/**
 * Values in the pods that read like secrets. What is imported goes into Git, and into every clone of it: whoever does that has to be told
 * before. The value itself is never printed. A word in a name is a guess, so nothing is refused by it, and nothing is taken out.
 */
import { fieldsOf, listOf, nameOf, specOf, type Fields } from '../../manifests';
import type { Manifest } from '../../model';
import { danger, type Note } from './note';

const secretName =
  /pass(word|wd|phrase)?$|pwd$|secret|token|credential|api_?key|access_?key|private_?key|auth_?key|_key$|_dsn$/i;
/** A login in a URL, a private key, a JSON Web Token, and what GitHub, GitLab, Slack, Stripe and AWS give out. */
const secretValue =
  /:\/\/[^/\s:@]*:[^/\s@]+@|-----BEGIN [A-Z ]*PRIVATE KEY|\beyJ[\w-]{8,}\.[\w-]{8,}\.|\b(gh[pousr]_|glpat-|xox[abpr]-|sk_live_|AKIA)\w{12,}/;
/** Such as `--db-password=x`; a path to a file with it is none. */
const argument = /^--?([\w-]*?)=(.+)$/;
/** Numbers and switches, and what Kubernetes puts together from other variables, are none; neither is the name of a file. */
const harmless = /^(\d+|true|false|yes|no|on|off|\$\(\w+\)|\/\S*|)$/i;

export function secretNotes(deployment: Manifest): Note[] {
  const pod = fieldsOf(fieldsOf(specOf(deployment).template).spec);
  const containers = [...listOf(pod.initContainers), ...listOf(pod.containers)];
  return containers.flatMap((container) =>
    suspectsIn(container).map((where) =>
      danger(
        `${nameOf(deployment)} container ${String(container.name)} ${where}`,
        'its value reads like a secret, and stands in what was written: before you commit it, put it into a Secret (valueFrom: secretKeyRef)',
      ),
    ),
  );
}

function suspectsIn({ env, command, args }: Fields): string[] {
  const variables = listOf(env)
    .filter(({ name, value }) => typeof value === 'string' && isSecret(String(name), value))
    .map(({ name }) => `env ${String(name)}`);
  return [...variables, ...wordsOf('command', command), ...wordsOf('args', args)];
}

function wordsOf(field: string, said: unknown): string[] {
  const words = Array.isArray(said) ? said.map(String) : [];
  return words.flatMap((word, index) => {
    const [, name = '', value = word] = argument.exec(word) ?? [];
    return isSecret(name.replaceAll('-', '_'), value) ? [`${field} ${index + 1}${name && ` (${name})`}`] : [];
  });
}

function isSecret(name: string, value: string): boolean {
  if (harmless.test(value)) return false;
  return secretName.test(name) || secretValue.test(value);
}
