/** The manifests of a release file, as the user's own cdk8s app says them. The driver renders nothing by itself. */
import type { ManifestFile } from '../../manifests';

export interface SynthRequest {
  /** Path of the release file: the app finds it in RELEASE_FILE. */
  readonly releaseFile: string;
  /** What the app reads in its place, such as the file as it will be at the end. The file itself is left alone. */
  readonly text?: string;
  /** Path of the file whose `app:` is run, in its folder. Default: cdk8s.yaml. */
  readonly config?: string;
  /** Hears what the app printed when it succeeded, such as its warnings. */
  readonly tell?: (printed: string) => void;
}

export interface Synth {
  /**
   * Runs the app, and returns what it wrote, sorted by name. Throws a Refusal `synth` with the last lines that the app
   * printed when it fails, takes too long, is stopped or writes no manifest. One at a time: an app may build itself first.
   */
  readonly synthesize: (request: SynthRequest) => Promise<readonly ManifestFile[]>;
  /** Reads manifests that are ready. Throws a Refusal `synth` when the folder cannot be read or holds none. */
  readonly manifestsIn: (folder: string) => Promise<readonly ManifestFile[]>;
}
