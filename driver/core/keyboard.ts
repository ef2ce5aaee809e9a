/** The port of what a person types while a release runs, and of what a terminal goes through meanwhile. */
export interface Keyboard {
  /** False while nothing that is typed gets here, as in the background: then no key may be named. */
  readonly isHeard: boolean;
  /** Until the answer is called: then the terminal is as it was before. */
  listen(listener: Listener): () => void;
}

export interface Listener {
  /** The name of a key, such as `a` or `escape`. */
  readonly key: (name: string) => void;
  /** Others have written to the terminal: a shell while the process was stopped, or this process by another way. */
  readonly overwritten: () => void;
}

/** What a key does now. */
export interface KeyAct {
  readonly key: string;
  /** One word. */
  readonly name: string;
  /** What it leads to: asked once more before it is done. */
  readonly consequence: string;
  /** Answers with what came of it. Throws an error whose message is for people. */
  readonly act: () => Promise<string>;
}
