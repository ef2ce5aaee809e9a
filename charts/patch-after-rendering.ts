/**
 * cdk8s applies a JSON patch before an object is rendered by its types, and these drop every field that they do not know,
 * without a word: `preStop: { sleep: … }` became `preStop: {}`, and such pods stop at once. Paths were those of TypeScript,
 * too (`consecutive5XxErrors`). So our objects are patched after they are rendered, as they are in YAML.
 */
import { JsonPatch, type ApiObject } from 'cdk8s';

export function patchAfterRendering(object: ApiObject): void {
  const patches: JsonPatch[] = [];
  const render = object.toJson.bind(object);
  object.addJsonPatch = (...more) => void patches.push(...more);
  // A copy: an object is rendered several times, and a patch is made in place.
  object.toJson = () => JsonPatch.apply(structuredClone(render()), ...patches) as unknown;
}
