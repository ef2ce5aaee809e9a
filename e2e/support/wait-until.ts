/** Waits for something to become true, and says what was last seen instead when it does not. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../model';

/** `true`, or what is there instead. A look that fails counts as not yet: its error is what was seen. */
type Look = () => Promise<true | string> | true | string;

export async function waitUntil(
  what: string,
  look: Look,
  { limitSeconds = 60, everyMs = 200 }: { limitSeconds?: number; everyMs?: number } = {},
): Promise<void> {
  const endMs = Date.now() + limitSeconds * 1000;
  for (;;) {
    const seen = await lookOnce(look);
    if (seen === true) return;
    if (Date.now() >= endMs) throw new Error(`waited ${limitSeconds} s until ${what}; last seen: ${seen}`);
    await sleep(everyMs);
  }
}

async function lookOnce(look: Look): Promise<true | string> {
  try {
    return await look();
  } catch (error) {
    return messageOf(error);
  }
}
