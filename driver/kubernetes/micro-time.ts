/** As Kubernetes writes a MicroTime: ISO 8601 with microseconds. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
