// Jest begins with the suites that took longest the last time. Where there is no last time, as in CI, it takes the largest files; what
// takes long here are short files that try many worlds, and at the end one processor would wait for them.
const { default: Sequencer } = require('@jest/test-sequencer');

const longest = ['driver/istio/release.property', 'driver/rolling/worlds.property', 'driver/rolling/accidents'];
const placeOf = ({ path }) => {
  const place = longest.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
  return place < 0 ? longest.length : place;
};

module.exports = class extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => placeOf(a) - placeOf(b));
  }
};
