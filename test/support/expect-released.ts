import { crdProblems } from './crd-validator';
import type { Released } from './example';

/** v2 has taken over, nothing was lost, and files and manifests say v2 alone. */
export function expectVersionReleased({ exitCode, said, lost, file, manifests }: Released): void {
  expect({ exitCode, said: exitCode === 0 ? '' : said }).toEqual({ exitCode: 0, said: '' });
  expect(lost).toEqual([]);
  expect(file).toMatch(/^weights: \{ v2: 100 \}$/m);
  const versions = manifests.map(({ metadata }) => metadata.labels?.['handover/version']);
  expect(new Set(versions)).toEqual(new Set([undefined, 'v2']));
  const ofIstio = manifests.filter(({ apiVersion }) => apiVersion.startsWith('networking.istio.io/'));
  expect(ofIstio.length).toBeGreaterThan(1);
  expect(ofIstio.flatMap(crdProblems)).toEqual([]);
}
