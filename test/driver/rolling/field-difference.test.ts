import { foreignDifferences } from '../../../driver/rolling/field-difference';
import type { Manifest } from '../../../model';

const live = (managedFields: object[], labels: object = { 'handover/service': 'demo' }): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'demo', labels, managedFields } as Manifest['metadata'],
  spec: { selector: { app: 'demo' }, type: 'NodePort', ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }] },
});
const after: Manifest = {
  ...live([]),
  spec: { selector: { app: 'demo' }, type: 'ClusterIP', ports: [{ port: 80, protocol: 'TCP', targetPort: 'http' }] },
};
const type = { 'f:spec': { 'f:type': {} } };
const target = { 'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:targetPort': {} } } } };
const by = (manager: string, fieldsV1: object, others: object = {}) => ({
  manager,
  operation: 'Update',
  fieldsV1,
  ...others,
});
const paths = (...managedFields: object[]) =>
  foreignDifferences(live(managedFields), after, 'demo').map(({ path }) => path);

describe('what somebody else wrote, and a write would change', () => {
  it('is every difference of an object that does not carry the label of the service', () => {
    const found = foreignDifferences(live([], {}), { ...after, metadata: live([], {}).metadata }, 'demo');
    expect(found).toEqual([
      { path: 'spec.type', live: '"NodePort"', after: '"ClusterIP"' },
      { path: 'spec.ports[0].targetPort', live: '8080', after: '"http"' },
    ]);
  });

  it('is of our own object each field of another manager, in a list by its keys', () => {
    expect(paths(by('kubectl-edit', type))).toEqual(['spec.type']);
    expect(paths(by('helm', target))).toEqual(['spec.ports[{"port":80,"protocol":"TCP"}].targetPort']);
  });

  it('is nothing of who installs manifests, and nothing of a status', () => {
    expect(paths(by('kubectl-client-side-apply', type), by('handover', target))).toEqual([]);
    expect(paths({ ...by('kubectl', type), operation: 'Apply' })).toEqual([]);
    expect(paths(by('kubectl-edit', type, { subresource: 'status' }))).toEqual([]);
  });

  it('is what kubectl scale or an autoscaler wrote', () => {
    expect(paths(by('kubectl', type, { subresource: 'scale' }))).toEqual(['spec.type']);
  });
});
