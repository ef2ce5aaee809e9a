/** The seed of all that tests draw at random: jest.config.js has it, or HANDOVER_SEED. */
export function committedSeed(): number {
  const seed = Number(process.env.HANDOVER_SEED);
  if (!Number.isInteger(seed))
    throw new Error(`expected a whole number as HANDOVER_SEED, found ${process.env.HANDOVER_SEED}`);
  return seed;
}
