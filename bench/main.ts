/**
 * npm run bench [-- NAME…]: how long the driver takes, on a real cluster; each fails when it takes longer than it may.
 * npm run bench -- many-sidecars: a release past 40 real sidecars, on a real cluster.
 * npm run bench -- gate-scale [options]: what a gate costs with many proxies, without a cluster.
 * npm run bench -- synth-speed [options]: how long the app and `cdk8s synth` take, without a cluster.
 */
import { runOnCluster, runProgram } from '../e2e/program';
import type { Scenario } from '../e2e/support/scenario';
import { gateOverhead } from './gate-overhead';
import { gateScale, gateScaleName, worldOption } from './gate-scale';
import { serveWorld } from './gate-scale/world';
import { manySidecars } from './many-sidecars';
import { synthSpeed, synthSpeedName } from './synth-speed';
import { wholeRelease } from './whole-release';

const benches: readonly Scenario[] = [
  {
    name: 'gate-overhead',
    claim: "the gate's wait is in the median at most 250 ms longer than the propagation, of 20 writes of the route",
    limitSeconds: 300,
    run: gateOverhead,
  },
  {
    name: 'whole-release',
    claim: 'a release in one step takes at most the start of a pod, the longest request, and 5 s',
    limitSeconds: 180,
    run: wholeRelease([]),
  },
  {
    name: 'whole-release-in-steps',
    claim: 'so does a release in the steps 10, 50 and 100',
    limitSeconds: 180,
    run: wholeRelease([{ weight: 10 }, { weight: 50 }]),
  },
  {
    name: 'many-sidecars',
    claim:
      'a release past 40 sidecars, a quarter of which restart meanwhile, loses nothing, and waits for each of them',
    limitSeconds: 900,
    onRequest: true,
    run: manySidecars,
  },
];

if (process.argv[2] === worldOption) serveWorld();
else
  runProgram(async ([first, ...rest]) => {
    if (first === gateScaleName) return gateScale(__filename, rest);
    if (first === synthSpeedName) return synthSpeed(rest);
    const args = first === undefined ? [] : [first, ...rest];
    const chosen = benches.filter(({ name, onRequest }) => args.includes(name) || (args.length === 0 && !onRequest));
    return runOnCluster(__filename, args, chosen);
  });
