/** Words and arithmetic that every other folder shares. This folder imports nothing of ours. */
export { isPlainAddress } from './analysis-rules';
export * from './edit-release';
export * from './evidence';
export { exitCodes } from './exit-codes';
export { withHighTraffic } from './high-traffic';
export { isPinned } from './image';
export type { Finding, Path } from './finding';
export * from './names';
export * from './parse-release';
export * from './refusal';
export * from './release';
export { releaseFile } from './release-file';
export type { Analysis, ReleaseFileInput, Resources, Step, Timings } from './release-file';
export * from './render-release';
export * from './retirement';
export * from './service-contract';
export * from './timing';
export * from './weight';
