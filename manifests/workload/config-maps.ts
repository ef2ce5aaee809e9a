/** Where a pod names the ConfigMaps that it reads. */
import { isFields } from '../manifest';

/** Under these keys a pod template has the name of a ConfigMap as `name`. */
const references = ['configMap', 'configMapRef', 'configMapKeyRef'];

export function configMapsIn(template: unknown): Set<string> {
  const names = new Set<string>();
  renamed(template, (name) => (names.add(name), name));
  return names;
}

/** The same template with other names of ConfigMaps: in volumes, projected ones included, and in the environment. */
export function renamed(part: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(part)) return part.map((each) => renamed(each, rename));
  if (!isFields(part)) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => {
      const isReference = references.includes(key) && isFields(value) && typeof value.name === 'string';
      return [key, isReference ? { ...value, name: rename(String(value.name)) } : renamed(value, rename)];
    }),
  );
}
