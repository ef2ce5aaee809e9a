import { pino, stdTimeFunctions, type Logger } from 'pino';

/**
 * JSON lines on stdout, written synchronously: the last lines before an exit are the ones that explain it. Requests are
 * named by method and route only; headers and query values never reach the log.
 */
export function createLogger(version: string): Logger {
  return pino({
    base: { version },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
  });
}
