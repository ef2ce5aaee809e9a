import { labelValue } from './names';
import { readYaml } from './read-yaml';

/**
 * The versions that a text lists, also when it breaks rules: people ask for them while they write it. Nothing of a text that is
 * no YAML. Other names are left out: a shell would take them as they are, and `$(…)` is a command there.
 */
export function versionsIn(text: string): readonly string[] {
  const read = readYaml(text);
  if ('problems' in read) return [];
  const { versions } = read.raw;
  if (typeof versions !== 'object' || versions === null || Array.isArray(versions)) return [];
  return Object.keys(versions).filter((name) => labelValue.test(name));
}
