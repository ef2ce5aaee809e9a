import { takenOver } from '../../../driver/kubernetes/managed-fields';

describe('what kubectl apply wrote', () => {
  const note = 'f:kubectl.kubernetes.io/last-applied-configuration';

  it('becomes the driver’s own, so that what the next apply leaves out goes; labels and annotations stay', () => {
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
    expect(takenOver(entries, 'installers')).toEqual([
      entries[2],
      {
        manager: 'handover',
        operation: 'Apply',
        apiVersion: 'v1',
        fieldsV1: { 'f:data': { 'f:OLD': {}, 'f:NEW': {} } },
      },
    ]);
  });

  it('of an object that was never handover’s is taken from everybody but its status', () => {
    const fieldsV1 = { 'f:spec': { 'f:type': {} } };
    const entries: Parameters<typeof takenOver>[0] = [
      { manager: 'helm', operation: 'Update', fieldsV1 },
      { manager: 'kube-controller-manager', operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': {} } },
    ];
    expect(takenOver(entries, 'installers')).toContain(entries[0]);
    expect(takenOver(entries, 'everybody')).toEqual([
      entries[1],
      { manager: 'handover', operation: 'Apply', fieldsV1 },
    ]);
  });
});
