import { takenOver } from '../../../driver/kubernetes/managed-fields';

describe('what kubectl apply wrote', () => {
  const note = 'f:kubectl.kubernetes.io/last-applied-configuration';

  it('becomes the driver’s own, so that what the next apply leaves out goes; kubectl keeps its note', () => {
    const entries: Parameters<typeof takenOver>[0] = [
      {
        manager: 'kubectl-client-side-apply',
        operation: 'Update',
        apiVersion: 'v1',
        fieldsV1: { 'f:data': { 'f:OLD': {} }, 'f:metadata': { 'f:annotations': { [note]: {}, 'f:a': {} } } },
      },
      { manager: 'handover', operation: 'Apply', apiVersion: 'v1', fieldsV1: { 'f:data': { 'f:NEW': {} } } },
      { manager: 'kube-controller-manager', operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': {} } },
    ];
    expect(takenOver(entries)).toEqual([
      entries[2],
      {
        manager: 'handover',
        operation: 'Apply',
        apiVersion: 'v1',
        fieldsV1: { 'f:data': { 'f:OLD': {}, 'f:NEW': {} }, 'f:metadata': { 'f:annotations': { 'f:a': {} } } },
      },
    ]);
  });
});
