// What jest gives to tests for `fast-check`: each property is tried with the committed seed, so that the same commit always gives the
// same result. The real one is named by its path, or it would be this file again.
const fc = require('../../node_modules/fast-check/lib/cjs/fast-check.js');

fc.configureGlobal({ seed: Number(process.env.HANDOVER_SEED) });
module.exports = fc;
