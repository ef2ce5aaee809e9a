import { fieldsOf, type Fields } from '../manifest';

/** How long a preStop hook takes, in seconds; undefined when it cannot be told. */
export function preStopSeconds({ sleep, exec }: Fields): number | undefined {
  const { seconds } = fieldsOf(sleep);
  if (typeof seconds === 'number') return seconds;
  const { command } = fieldsOf(exec);
  const words = Array.isArray(command) ? command.join(' ') : '';
  const slept = /(?:^|[\s;&/])sleep (\d+)s?(?![\d.a-z])/.exec(words)?.[1];
  return slept === undefined ? undefined : Number(slept);
}
