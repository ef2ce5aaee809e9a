/**
 * What a terminal shows of a release that goes on: what happened as lines, and below them a picture of where it stands, drawn anew
 * in its place. Where somebody can type, the keys are named below it. What is dangerous is asked once more.
 */
import { messageOf } from '../../model';
import type { Keyboard, KeyAct } from './keyboard';
import { LiveBlock, type Terminal } from './live-block';
import { wrapped, wrappedText } from './wrapped';

/** As lines for a terminal; `isDetailed`: with all there is to know. */
export type Picture = (isDetailed: boolean) => readonly string[];

/** What has become known. Undefined: as it was. */
export interface Shown {
  readonly picture?: Picture | undefined;
  readonly keys?: readonly KeyAct[] | undefined;
}

const detailKey = 'd';

export class LiveView {
  private readonly block: LiveBlock;
  private readonly stopListening: (() => void) | undefined;
  private picture: Picture = () => [];
  private keys: readonly KeyAct[] = [];
  private isDetailed = false;
  private hasEnded = false;
  /** What waits for a yes. */
  private asked: KeyAct | undefined;

  constructor(
    private readonly terminal: Terminal,
    private readonly stamp: () => string,
    private readonly keyboard: Keyboard | undefined,
  ) {
    this.block = new LiveBlock(terminal);
    this.stopListening = keyboard?.listen({ key: (name) => this.hear(name), overwritten: () => this.drawBelow() });
  }

  say(text: string): void {
    this.block.say(`${this.stamp()}${text}`);
  }

  show({ picture = this.picture, keys = this.keys }: Shown): void {
    this.picture = picture;
    this.keys = keys;
    // What was asked about makes no sense any more.
    if (!keys.some(({ key }) => key === this.asked?.key)) this.asked = undefined;
    this.draw();
  }

  /** The last picture stays, without keys. */
  end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.stopListening?.();
    this.draw();
  }

  private draw(): void {
    this.block.draw(this.picture(this.isDetailed), this.footer());
  }

  private footer(): string[] {
    if (this.hasEnded || !this.keyboard?.isHeard) return [];
    const columns = this.terminal.columns - 3;
    const lines = this.asked ? wrappedText(questionOf(this.asked), columns) : wrapped(this.keyNames(), '  ', columns);
    return lines.map((line) => `  ${line}`);
  }

  private keyNames(): string[] {
    const names = this.keys.map(({ key, name }) => `[${key}] ${name}`);
    const detail = `[${detailKey}] ${this.isDetailed ? 'less' : 'detail'}`;
    return ['keys:', ...names, detail, '[Ctrl-C] leave it as it is'];
  }

  private hear(name: string): void {
    const { asked } = this;
    this.asked = undefined;
    if (asked && name === 'y') this.carryOut(asked);
    else if (name === detailKey) this.isDetailed = !this.isDetailed;
    else if (!asked) this.asked = this.keys.find(({ key }) => key === name);
    this.draw();
  }

  private carryOut({ name, act }: KeyAct): void {
    const tell = (text: string) => {
      if (this.hasEnded) return;
      this.say(`${name}: ${text}`);
      this.draw();
    };
    act().then(tell, (error: unknown) => tell(messageOf(error)));
  }

  private drawBelow(): void {
    this.block.forget();
    this.draw();
  }
}

function questionOf({ name, consequence }: KeyAct): string {
  return `${name}: ${consequence}. [y] yes, do it; any other key leaves it`;
}
