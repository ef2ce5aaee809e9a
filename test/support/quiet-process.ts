/** The part of Io that says nothing about a cluster: a process without a terminal, and what it printed. */
import type { Clock } from '../../driver/core/clock';

const noApiServer = () => {
  throw new Error('this test has no API server');
};

export function quietProcess(clock: Clock) {
  const printed = { out: '', err: '' };
  const io = {
    out: (text: string) => void (printed.out += text),
    err: (text: string) => void (printed.err += text),
    isTerminal: false,
    columns: 120,
    rows: 40,
    environment: {},
    clock,
    reach: noApiServer,
    examine: noApiServer,
    newId: () => 'r1',
    holder: 'driver-under-test',
  };
  return { printed, io };
}
