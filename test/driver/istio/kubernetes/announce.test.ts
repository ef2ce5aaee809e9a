import { announce } from '../../../../driver/istio/kubernetes/announce';
import type { Api, ApiRequest } from '../../../../driver/kubernetes/api';

interface Sent {
  readonly metadata: object;
  readonly regarding: object;
  readonly note: string;
}

async function announced(note: string): Promise<{ readonly paths: string[]; readonly body: Sent }> {
  const requests: ApiRequest[] = [];
  const answer = { metadata: { name: 'shop', namespace: 'team', uid: 'uid-1' } };
  const sendOnce = (request: ApiRequest) => (requests.push(request), Promise.resolve(answer));
  const api = { sendOnce } as unknown as Api;
  await announce(api, { namespace: 'team', name: 'shop' }, { type: 'Normal', reason: 'ReleaseStep', note }, 1_500);
  return { paths: requests.map(({ method, path }) => `${method} ${path}`), body: requests.at(-1)?.body as Sent };
}

test('the Event is about the VirtualService as it is now, so that kubectl describe finds it', async () => {
  const { paths, body } = await announced('v1 to v2: step 1 of 2');
  expect(paths).toEqual([
    'GET /apis/networking.istio.io/v1/namespaces/team/virtualservices/shop',
    'POST /apis/events.k8s.io/v1/namespaces/team/events',
  ]);
  expect(body).toMatchObject({
    apiVersion: 'events.k8s.io/v1',
    metadata: { generateName: 'shop-', namespace: 'team' },
    eventTime: '1970-01-01T00:00:01.500000Z',
    reportingController: 'handover',
    regarding: { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', name: 'shop', uid: 'uid-1' },
    reason: 'ReleaseStep',
    note: 'v1 to v2: step 1 of 2',
  });
});

test('what others wrote moves no cursor', async () => {
  expect((await announced('pod says \x1b[2J\nhello')).body.note).toBe('pod says \\u001b[2J\\nhello');
});

test.each([
  ['letters', 'x'],
  ['characters of three bytes', '€'],
  ['characters of four bytes', '😀'],
])('a note of many %s is cut to what the API server takes, never inside one', async (_, character) => {
  const { note } = (await announced(character.repeat(2_000))).body;
  expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024);
  expect(Buffer.byteLength(note)).toBeGreaterThan(1015);
  expect(note).toMatch(new RegExp(`^(${character})+…$`, 'u'));
});
