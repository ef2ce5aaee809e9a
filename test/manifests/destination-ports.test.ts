import { portProblems } from '../../manifests/destination-ports';

const host = 'web.shop.svc.cluster.local';
const at = (manifest: object) => ({ manifest: manifest as never, file: 'web.yaml', line: 7 });
const service = at({ spec: { ports: [{ port: 80 }, { name: 'grpc', port: 9000 }] } });
const to = (number?: number, name = 'web') => ({ destination: { host: name, ...(number && { port: { number } }) } });

function found(...http: object[]): string[] {
  const virtualService = at({ metadata: { namespace: 'shop' }, spec: { http } });
  return portProblems(virtualService, service, host).map((problem) => problem.found);
}

describe('a route to a port that the Service does not have', () => {
  it('is told with its port and with those that there are', () => {
    const virtualService = at({ metadata: { namespace: 'shop' }, spec: { http: [{ route: [to(8080)] }] } });
    expect(portProblems(virtualService, service, host)).toEqual([
      {
        file: 'web.yaml',
        line: 7,
        expected: 'routes to ports that the Service has, 80, 9000',
        found: 'one to 8080',
        fix: 'correct the port of the destination, or add it to the Service',
      },
    ]);
  });

  it('is told once for each port, also of a mirror', () => {
    const split = { route: [to(80), to(8080)] };
    expect(found(split, { route: [to(8080)], mirror: to(81).destination })).toEqual(['one to 8080', 'one to 81']);
  });

  it('is none to its ports, without a port, to another Service, or of a redirect', () => {
    const others = [{ route: [to(80)] }, { route: [to(9000)] }, { route: [to()] }, { route: [to(8080, 'cart')] }];
    expect(found(...others, { redirect: { uri: '/' } })).toEqual([]);
  });
});
