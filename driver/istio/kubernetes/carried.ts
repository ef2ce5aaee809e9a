/** What synth wrote of this service; undefined for commands that create nothing. */
import type { ServiceShape } from '../../../manifests';

export type Carried = ServiceShape | undefined;
