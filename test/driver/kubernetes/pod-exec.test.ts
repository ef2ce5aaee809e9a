import { inTurn } from '../../../driver/kubernetes/pod-exec';

test('questions by a program in the pod are asked one after the other, also after one that failed', async () => {
  const log: string[] = [];
  const get = inTurn(async (path) => {
    log.push(`ask ${path}`);
    await new Promise(setImmediate);
    log.push(`told ${path}`);
    if (path === '/bad') throw new Error('pilot-agent failed');
    return path;
  });
  expect(await Promise.allSettled(['/a', '/bad', '/b'].map((path) => get(path)))).toMatchObject([
    { value: '/a' },
    { reason: { message: 'pilot-agent failed' } },
    { value: '/b' },
  ]);
  expect(log).toEqual(['ask /a', 'told /a', 'ask /bad', 'told /bad', 'ask /b', 'told /b']);
});
