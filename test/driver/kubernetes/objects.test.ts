import fc from 'fast-check';
import { hasSidecar, isProxyless, sidecarPart, type Pod } from '../../../driver/kubernetes/objects';

const name = fc.constantFrom('istio-proxy', 'main', 'istio-init');
const container = fc.record({
  name,
  args: fc.constantFrom(['proxy', 'sidecar'], ['proxy', 'router'], ['proxy', 'ztunnel'], []),
  env: fc.constantFrom([], [{ name: 'ISTIO_META_GENERATOR', value: 'grpc' }]),
});
const status = fc.record({ name, state: fc.constantFrom({ running: {} }, { waiting: {} }, {}) });
const list = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 });
const pod: fc.Arbitrary<Pod> = fc.record({
  metadata: fc.record({ name: fc.constant('client'), namespace: fc.constant('shop'), uid: fc.constantFrom('1', '2') }),
  spec: fc.record({ containers: list(container), initContainers: list(container) }),
  status: fc.record({
    phase: fc.constantFrom('Running', 'Pending'),
    containerStatuses: list(status),
    initContainerStatuses: list(status),
  }),
});

test('the part of a pod that is kept tells of its sidecar what the whole pod tells', () => {
  const told = (one: Pod) => ({ hasSidecar: hasSidecar(one), isProxyless: isProxyless(one), metadata: one.metadata });
  fc.assert(fc.property(pod, (whole) => expect(told(sidecarPart(whole))).toEqual(told(whole))));
});
