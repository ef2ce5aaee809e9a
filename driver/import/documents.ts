import { stringify } from 'yaml';

/** Objects as one text that Kubernetes reads as they are: in its YAML 1.1, texts such as on and 0644 need quotes. */
export function documents(objects: readonly unknown[]): string {
  return objects.map((each) => stringify(each, { version: '1.1' })).join('---\n');
}
