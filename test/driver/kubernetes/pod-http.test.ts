import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { PodHttp, type Connected } from '../../../driver/kubernetes/pod-http';

const address = { namespace: 'edge', pod: 'a' };
const limits = { timeoutMs: 200, maxBytes: 1_000 };

let server: Server;
let opened: Socket[];
let pods: PodHttp;
beforeEach(async () => {
  opened = [];
  server = createServer((request, response) => {
    if (request.url !== '/never') response.end('answer');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  pods = new PodHttp(open, limits);
});
afterEach(() => {
  opened.forEach((socket) => socket.destroy());
  server.closeAllConnections();
  server.close();
});

async function open(): Promise<Connected> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  opened.push(socket);
  await once(socket, 'connect');
  return socket;
}
const ask = (path = '/') => pods.converse(address, 15_000, (get) => get(path));

describe('a tunnel to a pod', () => {
  test('is used again by the next conversation, but not by one with another pod or port', async () => {
    expect([await ask(), await ask()]).toEqual(['answer', 'answer']);
    expect(opened).toHaveLength(1);
    await pods.converse({ ...address, pod: 'b' }, 15_000, (get) => get('/'));
    await pods.converse(address, 8_080, (get) => get('/'));
    expect(opened).toHaveLength(3);
  });

  test('that ended meanwhile is opened again', async () => {
    await ask();
    server.closeAllConnections();
    expect(await ask()).toBe('answer');
    opened.at(-1)?.destroy();
    expect(await ask()).toBe('answer');
    expect(opened.length).toBeGreaterThanOrEqual(3);
  });

  test('that the far end closed while nobody read it is not used again', async () => {
    await ask();
    Object.assign(opened[0] as Socket, { isOver: true });
    expect(await ask()).toBe('answer');
    expect(opened).toHaveLength(2);
  });

  test('that is silent is tried once more afresh, and then given up', async () => {
    await ask();
    await expect(ask('/never')).rejects.toThrow('no answer within 200 ms');
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([true, true]);
    await expect(ask('/never')).rejects.toThrow('no answer within 200 ms');
    expect(opened).toHaveLength(3);
    expect(await ask()).toBe('answer');
  });

  test('that has begun to answer gets the whole time, though it is a kept one', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const patient = new PodHttp(open, { timeoutMs: 5_000, maxBytes: 1_000 });
    const twice = () =>
      patient.converse(address, 15_000, async (get) => {
        await get('/');
        jest.advanceTimersByTime(3_000);
        return get('/');
      });
    await twice();
    expect(await twice()).toBe('answer');
    expect(opened).toHaveLength(1);
    jest.advanceTimersByTime(30_000);
    expect(opened[0]?.destroyed).toBe(true);
    jest.useRealTimers();
  });

  test('to a pod that is gone is not used for another one of its name', async () => {
    const askUid = (uid: string) => pods.converse({ ...address, uid }, 15_000, (get) => get('/'));
    await askUid('first');
    await askUid('second');
    await askUid('second');
    expect(opened).toHaveLength(2);
  });

  test('is closed at once when as many are kept as may be, and those are kept', async () => {
    const few = new PodHttp(open, limits, 2);
    const round = () =>
      Promise.all(['a', 'b', 'c'].map((pod) => few.converse({ ...address, pod }, 1, (get) => get('/'))));
    await round();
    expect(opened.filter(({ destroyed }) => !destroyed)).toHaveLength(2);
    await round();
    expect(opened).toHaveLength(4);
    few.close();
    expect(opened.every(({ destroyed }) => destroyed)).toBe(true);
  });

  test('that opens too late is closed', async () => {
    let release: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (release = resolve));
    const slow = new PodHttp(async () => {
      await late;
      return open();
    }, limits);
    await expect(slow.converse(address, 1, (get) => get('/'))).rejects.toThrow('no answer within 200 ms');
    release();
    while (!opened[0]?.destroyed) await new Promise(setImmediate);
  });

  test('that cannot be opened says why', async () => {
    const closed = new PodHttp(() => Promise.reject(new Error('nothing listens on port 15000')), limits);
    await expect(closed.converse(address, 15_000, (get) => get('/'))).rejects.toThrow('nothing listens on port 15000');
  });
});
