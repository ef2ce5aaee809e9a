import fc from 'fast-check';
import { dnsLabel, labelValue, subsetName, versionedName } from '../../model';

const versions = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?$/);

test('a version of any name has objects that Kubernetes accepts, and a subset that Istio accepts', () => {
  fc.assert(
    fc.property(versions, (version) => {
      expect(version).toMatch(labelValue);
      expect(versionedName('demo', version)).toMatch(dnsLabel);
      expect(subsetName(version)).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    }),
  );
});

test('a version whose name is a DNS label keeps it', () => {
  expect(['v2', 'a1b2c3d', '2024-11-05', '1.5.0_RC'].map(subsetName)).toEqual([
    'v2',
    'a1b2c3d',
    '2024-11-05',
    '1-5-0-rc',
  ]);
});
