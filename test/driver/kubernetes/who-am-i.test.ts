import { whoAmI } from '../../../driver/kubernetes/who-am-i';
import { Api } from '../../../driver/kubernetes/api';
import { serve } from '../../support/local-server';

async function asked(status: number, answer: object): Promise<string | undefined> {
  const bodies: string[] = [];
  const server = await serve((request, response) => {
    request.on('data', (chunk: Buffer) => bodies.push(`${request.method} ${request.url} ${chunk.toString()}`));
    request.on('end', () =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer)),
    );
  });
  try {
    const entry = { server: new URL(`http://${server.address}`), applyToHTTPSOptions: () => Promise.resolve() };
    const found = await whoAmI(new Api(entry, () => Promise.resolve()));
    expect(bodies[0]).toBe(
      'POST /apis/authentication.k8s.io/v1/selfsubjectreviews {"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}',
    );
    return found;
  } finally {
    await server.close();
  }
}

describe('who a process is', () => {
  test('is what the API server says', async () => {
    const answer = { status: { userInfo: { username: 'system:serviceaccount:shop:handover-shop', groups: [] } } };
    expect(await asked(201, answer)).toBe('system:serviceaccount:shop:handover-shop');
  });

  test('is not known where there is no such API, or no right to ask', async () => {
    expect(await asked(404, {})).toBeUndefined();
    expect(await asked(403, { reason: 'Forbidden', message: 'no' })).toBeUndefined();
  });

  test('is no answer while the API server cannot answer, or does not accept the credentials', async () => {
    await expect(asked(503, {})).rejects.toMatchObject({ status: 503 });
    await expect(asked(401, {})).rejects.toMatchObject({ status: 401 });
  });
});
