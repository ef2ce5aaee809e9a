import { existsSync, readFileSync } from 'node:fs';
import { otherEnvoys } from '../../e2e/support/envoys';

const pins = readFileSync('e2e/cluster/versions.env', 'utf8');

it('runs scenarios with each Envoy whose wheel the cluster pins', () => {
  const pinned = [...pins.matchAll(/^ {2}(\d\S*)=[0-9a-f]{64}$/gm)].map(([, version]) => version);
  expect(pinned).toEqual([...otherEnvoys]);
});

it('has recorded answers of each of them, and of the own one', () => {
  const own = /^ENVOY=(\S+)/m.exec(pins)?.[1];
  const missing = [...otherEnvoys, own].filter(
    (version) => !existsSync(`test/driver/istio/mesh/recorded/envoy-${version}.json`),
  );
  expect(missing).toEqual([]);
});
