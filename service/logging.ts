import { destination, pino, stdTimeFunctions, type Logger } from 'pino';

/**
 * JSON lines on stdout, written synchronously: the last lines before an exit are the ones that explain it. Requests are
 * named by method and route only; headers and query values never reach the log.
 */
export function createLogger(version: string): Logger {
  const options = {
    base: { version },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
  };
  // Said, not left to the default: with a write under way at the exit, the line after it came out before it.
  return pino(options, destination({ dest: 1, sync: true }));
}
