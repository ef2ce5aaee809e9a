/**
 * Between the load generator and who started it: a parent that has forked it, or one that is only reached by stdin and
 * stdout, such as `kubectl exec`. Any word from there means to stop.
 */
export interface Channel<T> {
  readonly tell: (message: T) => void;
  /** After it nothing keeps the process. */
  readonly tellLast: (message: T) => void;
}

interface Hearing {
  readonly stop: () => void;
  readonly orphaned: () => void;
}

export function channel<T>(hearing: Hearing): Channel<T> {
  return process.send ? toParent(hearing) : byLines(hearing);
}

function toParent<T>({ stop, orphaned }: Hearing): Channel<T> {
  process.on('message', stop);
  process.on('disconnect', orphaned);
  return {
    tell: (message) => process.send?.(message),
    tellLast: (message) => {
      process.off('disconnect', orphaned);
      process.send?.(message, undefined, undefined, () => process.disconnect());
    },
  };
}

/** One line of JSON for each message. */
function byLines<T>({ stop, orphaned }: Hearing): Channel<T> {
  process.stdin.on('data', stop).on('end', orphaned);
  const tell = (message: T) => void process.stdout.write(`${JSON.stringify(message)}\n`);
  return {
    tell,
    tellLast: (message) => {
      process.stdin.destroy();
      tell(message);
    },
  };
}
